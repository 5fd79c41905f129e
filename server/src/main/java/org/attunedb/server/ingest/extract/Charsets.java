package org.attunedb.server.ingest.extract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mozilla.universalchardet.UniversalDetector;

/** Bytes into text, whatever they claim to be. */
public final class Charsets {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private Charsets() {}

  /** A character set by the name that a server or page gives it; empty if there is none. */
  public static Optional<Charset> named(String name) {
    try {
      Charset charset = Charset.forName(name.strip());
      // As browsers do: what calls itself Latin 1 or ASCII uses the places that those leave free.
      boolean latin =
          charset.equals(StandardCharsets.ISO_8859_1) || charset.equals(StandardCharsets.US_ASCII);
      return Optional.of(latin ? WINDOWS_1252 : charset);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Optional.empty();
    }
  }

  /**
   * Decodes by the byte order mark, else by what is declared, else as UTF-8, else by what the bytes
   * look like. A declaration of UTF-8 that the bytes contradict is passed over. NUL characters are
   * left out; line breaks become line feeds.
   */
  static String decode(byte[] bytes, @Nullable Charset declared) {
    return clean(raw(bytes, declared));
  }

  private static String raw(byte[] bytes, @Nullable Charset declared) {
    int mark = markLength(bytes);
    if (mark > 0) {
      Charset marked =
          mark == 3
              ? StandardCharsets.UTF_8
              : bytes[0] == (byte) 0xFE ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      return new String(bytes, mark, bytes.length - mark, marked);
    }
    if (declared != null && !declared.equals(StandardCharsets.UTF_8)) {
      return new String(bytes, declared);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, declared == null ? detected(bytes) : mostly(bytes));
    }
  }

  /** Of what is said to be UTF-8 a stray byte spoils one character, another set all of them. */
  private static Charset mostly(byte[] bytes) {
    String read = new String(bytes, StandardCharsets.UTF_8);
    long broken = read.chars().filter(c -> c == '\uFFFD').count();
    long foreign = read.chars().filter(c -> c > 0x7F).count();
    return 2 * broken > foreign ? detected(bytes) : StandardCharsets.UTF_8;
  }

  private static Charset detected(byte[] bytes) {
    UniversalDetector detector = new UniversalDetector();
    detector.handleData(bytes);
    detector.dataEnd();
    String name = detector.getDetectedCharset();
    return name == null ? WINDOWS_1252 : named(name).orElse(WINDOWS_1252);
  }

  private static int markLength(byte[] bytes) {
    if (begins(bytes, 0xEF, 0xBB, 0xBF)) {
      return 3;
    }
    return begins(bytes, 0xFE, 0xFF) || begins(bytes, 0xFF, 0xFE) ? 2 : 0;
  }

  private static boolean begins(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i >= bytes.length || bytes[i] != (byte) start[i]) {
        return false;
      }
    }
    return true;
  }

  /** What a store can keep: no NUL, no half of a surrogate pair. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r') {
        if (i + 1 == text.length() || text.charAt(i + 1) != '\n') {
          clean.append('\n');
        }
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        clean.append(c).append(text.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        clean.append('\uFFFD');
      } else if (c != 0) {
        clean.append(c);
      }
    }
    return clean.toString();
  }
}
