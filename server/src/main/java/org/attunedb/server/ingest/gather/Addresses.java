package org.attunedb.server.ingest.gather;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Addresses that mean the same page become the same text (RFC 3986, 6.2.2 and 6.2.3): case of the
 * scheme and the host, default ports, dots and escapes, the fragment, and parameters that only
 * track visitors. What browsers put up with, such as spaces and letters of every script, is
 * escaped.
 */
final class Addresses {
  private static final Set<String> TRACKING =
      Set.of(
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "utm_term",
          "utm_content",
          "utm_id",
          "gclid",
          "fbclid",
          "msclkid",
          "mc_cid",
          "mc_eid",
          "PHPSESSID",
          "jsessionid");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private static final String UNRESERVED = "-._~";

  /** What may stand in a path or query as it is, besides letters, digits and the above. */
  private static final String RESERVED = "/?:@!$&'()*+,;=";

  private Addresses() {}

  /** The normal form of an absolute address; empty if it is none of the web. */
  static Optional<URI> normal(String address) {
    String page = address.strip().split("#", 2)[0];
    int scheme = page.indexOf("://");
    if (scheme < 0) {
      return Optional.empty();
    }
    String protocol = page.substring(0, scheme).toLowerCase(Locale.ROOT);
    if (!protocol.equals("http") && !protocol.equals("https")) {
      return Optional.empty();
    }
    int path = firstOf(page, scheme + 3, "/?");
    String authority = authority(page.substring(scheme + 3, path), protocol);
    String rest = page.substring(path);
    if (authority.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(protocol + "://" + authority + pathAndQuery(rest));
      return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * What a reference on a page means (RFC 3986, 5.2), in the normal form.
   *
   * @return empty if it means no address of the web
   */
  static Optional<URI> resolved(URI base, String reference) {
    String text = reference.strip().split("#", 2)[0];
    String site = base.getScheme() + "://" + base.getRawAuthority();
    String path = base.getRawPath();
    if (SCHEME.matcher(text).lookingAt()) {
      return normal(text);
    }
    if (text.startsWith("//")) {
      return normal(base.getScheme() + ":" + text);
    }
    if (text.startsWith("/")) {
      return normal(site + text);
    }
    if (text.startsWith("?")) {
      return normal(site + path + text);
    }
    return text.isEmpty()
        ? normal(base.toString())
        : normal(site + path.substring(0, path.lastIndexOf('/') + 1) + text);
  }

  private static int firstOf(String text, int from, String characters) {
    int i = from;
    while (i < text.length() && characters.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  /** Empty if it is none; without the name of a user. */
  private static String authority(String authority, String protocol) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = host.lastIndexOf(':');
    String port = "";
    if (colon > host.lastIndexOf(']')) {
      port = host.substring(colon + 1);
      host = host.substring(0, colon);
    }
    boolean usual = port.equals(protocol.equals("http") ? "80" : "443");
    try {
      String ascii = host.startsWith("[") ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
      return ascii.toLowerCase(Locale.ROOT) + (usual || port.isEmpty() ? "" : ":" + port);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String pathAndQuery(String text) {
    String[] parts = text.split("\\?", 2);
    String path = withoutDots(escaped(parts[0]));
    String query = parts.length == 1 ? "" : withoutTracking(escaped(parts[1]));
    return path + (query.isEmpty() ? "" : "?" + query);
  }

  /** RFC 3986, 5.2.4; dots that lead above the root are dropped. */
  private static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      String segment = segments[i];
      if (segment.equals("..") && !kept.isEmpty()) {
        kept.removeLast();
      }
      if (!segment.equals(".") && !segment.equals("..")) {
        kept.add(segment);
      } else if (last) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }

  private static String withoutTracking(String query) {
    return Arrays.stream(query.split("&"))
        .filter(parameter -> !TRACKING.contains(parameter.split("=", 2)[0]))
        .collect(Collectors.joining("&"));
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      int value = c == '%' ? hex(text, i) : -1;
      if (value >= 0) {
        escaped.append(isUnreserved(value) ? String.valueOf((char) value) : escape(value));
        i += 3;
        continue;
      }
      if (isUnreserved(c) || RESERVED.indexOf(c) >= 0) {
        escaped.appendCodePoint(c);
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          escaped.append(escape(b));
        }
      }
      i += Character.charCount(c);
    }
    return escaped.toString();
  }

  private static String escape(int value) {
    return "%" + HEX.toHexDigits((byte) value);
  }

  /** The value of an escape; -1 if it is none. */
  private static int hex(String text, int percent) {
    if (percent + 2 >= text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(percent + 1), 16);
    int low = Character.digit(text.charAt(percent + 2), 16);
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c >= 0 && UNRESERVED.indexOf(c) >= 0);
  }
}
