package org.attunedb.server.openai;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Which addresses may be called, so that a base URL can't be used to reach into a private network:
 * https to public addresses, http or https to this machine where the URL says so itself, and hosts
 * that the operator has listed. Addresses are checked after names are resolved. Immutable.
 */
final class EndpointRules {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|\\[?::1]?");

  private static final Pattern LITERAL = Pattern.compile("\\[.*]|[\\d.]+");

  private final Set<String> allowedHosts;

  EndpointRules(Set<String> allowedHosts) {
    this.allowedHosts = allowedHosts;
  }

  /**
   * Checks what can be told without resolving the name.
   *
   * @throws InvalidInputException {@code url_not_allowed}
   */
  void require(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw refused(url, "expected one that begins with https://");
    }
    if (url.getHost() == null) {
      throw refused(url, "it names no host");
    }
    if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw refused(url, "expected no user, query or fragment");
    }
    if (scheme.equals("http") && !isTrusted(url.getHost())) {
      throw refused(url, "http is for this machine and allowed hosts only, expected https");
    }
    if (LITERAL.matcher(url.getHost()).matches()) {
      require(url.getHost(), literal(url));
    }
  }

  /** A client does not resolve what is an address already. */
  private static InetAddress literal(URI url) {
    try {
      return InetAddress.getByName(url.getHost());
    } catch (UnknownHostException e) {
      throw refused(url, "it names no host");
    }
  }

  /**
   * Checks an address that a name stands for.
   *
   * @throws InvalidInputException {@code url_not_allowed}
   */
  void require(String host, InetAddress address) {
    if (isAllowed(host) || (isLoopback(host) && address.isLoopbackAddress())) {
      return;
    }
    if (!isPublic(address)) {
      throw new InvalidInputException(
          ErrorCode.URL_NOT_ALLOWED,
          "base URL: %s has the address %s, which is not public; allow the host to call it"
              .formatted(host, address.getHostAddress()));
    }
  }

  private boolean isTrusted(String host) {
    return isLoopback(host) || isAllowed(host);
  }

  private boolean isAllowed(String host) {
    return allowedHosts.contains(host.toLowerCase(Locale.ROOT));
  }

  private static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  private static boolean isPublic(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    int first = Byte.toUnsignedInt(bytes[0]);
    int second = Byte.toUnsignedInt(bytes[1]);
    if (address instanceof Inet6Address) {
      // RFC 4193, unique local; RFC 6052 and 3056, which carry IPv4 addresses of any kind.
      boolean nat64 = first == 0x00 && second == 0x64;
      boolean sixToFour = first == 0x20 && second == 0x02;
      return (first & 0xfe) != 0xfc && !nat64 && !sixToFour;
    }
    // RFC 1122, this network; RFC 6598, carriers' own; RFC 1112, reserved.
    boolean carrier = first == 100 && (second & 0xc0) == 64;
    return first != 0 && !carrier && first < 240;
  }

  private static InvalidInputException refused(URI url, String reason) {
    return new InvalidInputException(
        ErrorCode.URL_NOT_ALLOWED, "base URL %s is not allowed: %s".formatted(shown(url), reason));
  }

  /** Without what may be secret. */
  static String shown(URI url) {
    String host = url.getHost();
    if (host == null) {
      return "'" + url.getScheme() + ":'";
    }
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme()
        + "://"
        + host
        + port
        + (url.getRawPath() == null ? "" : url.getRawPath());
  }
}
