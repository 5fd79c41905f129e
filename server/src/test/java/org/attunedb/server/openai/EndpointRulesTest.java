package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Set;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointRulesTest {
  private final EndpointRules rules = new EndpointRules(Set.of("gpu-box", "10.0.0.7"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.openai.com/v1",
        "https://example.com",
        "http://localhost:11434/v1",
        "http://127.0.0.1:8089/v1",
        "http://[::1]:8089/v1",
        "http://gpu-box:8000/v1",
        "https://gpu-box/v1",
        "http://10.0.0.7/v1",
        "https://8.8.8.8/v1",
      })
  void require_allowedUrl_passes(String url) {
    assertThatCode(() -> rules.require(URI.create(url))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://example.com",
        "relative/path",
        "http://example.com/v1",
        "https://user:secret@example.com/v1",
        "https://example.com/v1?key=secret",
        "https://example.com/v1#part",
        "http://169.254.169.254/latest",
        "https://169.254.169.254/latest",
        "https://10.0.0.8/v1",
        "https://192.168.1.1/v1",
        "https://172.16.0.1/v1",
        "https://100.64.0.1/v1",
        "https://0.0.0.0/v1",
        "https://[fe80::1]/v1",
        "https://[fd00::1]/v1",
        "https://[::ffff:169.254.169.254]/v1",
        "https://[64:ff9b::a9fe:a9fe]/v1",
        "https://2130706433/v1",
      })
  void require_otherUrl_isRefusedWithoutShowingSecrets(String url) {
    assertThatThrownBy(() -> rules.require(URI.create(url)))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.URL_NOT_ALLOWED))
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, 127.0.0.1, false",
    "example.com, 169.254.169.254, false",
    "example.com, 10.1.2.3, false",
    "example.com, 93.184.216.34, true",
    "localhost, 127.0.0.1, true",
    "localhost, 10.1.2.3, false",
    "gpu-box, 10.1.2.3, true",
  })
  void require_addressOfAName_mustBePublicUnlessAllowed(String host, String ip, boolean allowed)
      throws Exception {
    InetAddress address = InetAddress.getByName(ip);
    if (allowed) {
      assertThatCode(() -> rules.require(host, address)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> rules.require(host, address))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(host);
    }
  }

  /** The machine's own name resolves to an address of this machine: nothing must arrive there. */
  @Test
  void client_nameThatResolvesToThisMachine_makesNoConnection() throws Exception {
    String name = InetAddress.getLocalHost().getHostName();
    InetAddress address = InetAddress.getByName(name);
    org.junit.jupiter.api.Assumptions.assumeTrue(
        !name.equals("localhost") && (address.isLoopbackAddress() || address.isSiteLocalAddress()),
        "this machine has no name for a private address");
    try (MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults())) {
      URI url = URI.create("https://" + name + ":" + server.baseUrl().getPort() + "/v1");
      try (OpenAiChatClient client =
          new OpenAiChatClient(OpenAiSettings.of(url, null), "gpt-4o-mini")) {
        assertThatThrownBy(() -> client.text(ChatPrompt.of("", "hello")))
            .isInstanceOfSatisfying(
                InvalidInputException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.URL_NOT_ALLOWED));
      }
      assertThat(server.requests()).isEmpty();
    }
  }
}
