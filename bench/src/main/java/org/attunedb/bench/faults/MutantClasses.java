package org.attunedb.bench.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The index module and the campaigns once more, with a planted fault in one source. */
final class MutantClasses extends ClassLoader {
  private static final String PACKAGE = "org.attunedb.index.internal.";
  private static final List<String> OWN =
      List.of("org.attunedb.index.", "org.attunedb.bench.faults.");

  private final Map<String, ByteArrayOutputStream> changed;

  private MutantClasses(ClassLoader parent, Map<String, ByteArrayOutputStream> changed) {
    super(parent);
    this.changed = changed;
  }

  /**
   * Runs {@link Detection} on a mutant.
   *
   * @param sources the index module's source folder
   * @throws IllegalStateException if the mutant no longer fits the source
   */
  static String detect(SourceMutant mutant, Path sources) throws IOException {
    String name = PACKAGE + mutant.type();
    String source = Files.readString(sources.resolve(name.replace('.', '/') + ".java"));
    MutantClasses classes =
        new MutantClasses(Detection.class.getClassLoader(), compile(name, planted(mutant, source)));
    try {
      Object detection =
          classes.loadClass(Detection.class.getName()).getDeclaredConstructor().newInstance();
      return String.valueOf(((Supplier<?>) detection).get());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't start the mutant '" + mutant.fault() + "'", e);
    }
  }

  private static String planted(SourceMutant mutant, String source) {
    int at = source.indexOf(mutant.original());
    if (at < 0 || source.indexOf(mutant.original(), at + 1) >= 0) {
      throw new IllegalStateException(
          "mutant '%s': its snippet is not exactly once in %s"
              .formatted(mutant.fault(), mutant.type()));
    }
    return source.replace(mutant.original(), mutant.replacement());
  }

  private static Map<String, ByteArrayOutputStream> compile(String name, String source)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> classes = new ConcurrentHashMap<>();
    StringWriter messages = new StringWriter();
    try (JavaFileManager files =
        new MemoryFiles(compiler.getStandardFileManager(null, null, null), classes)) {
      List<String> options =
          List.of("-classpath", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, List.of(new Source(name, source)))
              .call();
      if (!compiled) {
        throw new IllegalStateException("the mutant of " + name + " does not compile: " + messages);
      }
    }
    return classes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (OWN.stream().noneMatch(name::startsWith)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = bytes(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte @Nullable [] bytes(String name) throws ClassNotFoundException {
    ByteArrayOutputStream mutant = changed.get(name);
    if (mutant != null) {
      return mutant.toByteArray();
    }
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String source;

    Source(String name, String source) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }

  private static final class MemoryFiles extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    MemoryFiles(JavaFileManager files, Map<String, ByteArrayOutputStream> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          classes.put(name, bytes);
          return bytes;
        }
      };
    }
  }
}
