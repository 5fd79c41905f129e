package org.attunedb.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Tells the version that the build wrote into the class path, and that of Java. */
final class VersionProvider implements IVersionProvider {
  private static final String FILE = "version.properties";

  @Override
  public String[] getVersion() {
    return new String[] {
      AttuneCli.NAME + " " + attuneVersion() + " (Java " + Runtime.version() + ")"
    };
  }

  private static String attuneVersion() {
    Properties properties = new Properties();
    try (InputStream in = VersionProvider.class.getResourceAsStream(FILE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
    return properties.getProperty("version", "of unknown version");
  }
}
