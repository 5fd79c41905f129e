package org.attunedb.server.ingest.extract;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which character set a page is in. */
final class HtmlCharset {
  /** Where the HTML standard looks for a declaration. */
  private static final int PRESCAN_BYTES = 1024;

  private static final Pattern META =
      Pattern.compile("<meta[^>]*?charset\\s*=\\s*[\"']?\\s*([\\w:.-]+)", Pattern.CASE_INSENSITIVE);

  private HtmlCharset() {}

  /** As {@link Charsets#decode}; without a declaration beside the page, its own counts. */
  static String decode(byte[] bytes, @Nullable Charset declared) {
    return Charsets.decode(bytes, declared == null ? inPage(bytes).orElse(null) : declared);
  }

  private static Optional<Charset> inPage(byte[] bytes) {
    String head =
        new String(bytes, 0, Math.min(bytes.length, PRESCAN_BYTES), StandardCharsets.ISO_8859_1);
    Matcher meta = META.matcher(head);
    // A page whose declaration could be read as ASCII is not in UTF-16, as the standard says.
    return meta.find()
        ? Charsets.named(meta.group(1))
            .map(
                charset ->
                    charset.name().toUpperCase(Locale.ROOT).startsWith("UTF-16")
                        ? StandardCharsets.UTF_8
                        : charset)
        : Optional.empty();
  }
}
