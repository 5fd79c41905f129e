package org.attunedb.index.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationCodecTest {
  private static final int ROUNDS = 2_000;

  private final SplittableRandom random = new SplittableRandom(31);
  private final RandomOperations operations = new RandomOperations(random);

  @Test
  void decode_encodedRandomOperations_givesThemBack() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      Operation operation = operations.next();

      Operation decoded = OperationCodec.decode(OperationCodec.encode(operation));

      assertThat(decoded).isEqualTo(operation);
      assertThat(OperationCodec.encode(decoded)).isEqualTo(OperationCodec.encode(operation));
    }
  }

  @Test
  void decode_documentWithEveryTypeOfMetadata_keepsTypesOrderAndBits() throws IOException {
    Metadata metadata =
        Metadata.builder()
            .put("z", "é😀 \u0000\n\"")
            .put("big", (1L << 53) + 1)
            .put("whole", 5.0)
            .put("least", Double.MIN_VALUE)
            .put("flag", false)
            .put("tags", List.of("b", "a", "b", ""))
            .put("uuid", new UUID(-1, 1))
            .put("time", Instant.ofEpochSecond(-1, 999_999_999))
            .build();
    Document document =
        new Document("d", "Some\ntext", metadata, Embedding.of(-0f, Float.MIN_VALUE, 1e18f));

    Operation.Upsert decoded =
        (Operation.Upsert)
            OperationCodec.decode(OperationCodec.encode(new Operation.Upsert(List.of(document))));

    Document kept = decoded.documents().getFirst();
    assertThat(kept).isEqualTo(document);
    assertThat(kept.metadata().asMap().keySet())
        .containsExactly("z", "big", "whole", "least", "flag", "tags", "uuid", "time");
    Embedding vector = Objects.requireNonNull(kept.embedding());
    assertThat(Float.floatToRawIntBits(vector.get(0))).isEqualTo(Float.floatToRawIntBits(-0f));
    assertThat(vector.get(1)).isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void encode_smallOperations_hasTheDocumentedLayout() {
    assertThat(OperationCodec.encode(new Operation.DeleteAll())).containsExactly(4);
    assertThat(hex(new Operation.DeleteIds(List.of("a", "é"))))
        .isEqualTo("02" + "00000002" + "00000001" + "61" + "00000002" + "c3a9");
    assertThat(
            hex(
                new Operation.Upsert(
                    List.of(new Document("a", "b", Metadata.empty(), Embedding.of(1f))))))
        .isEqualTo(
            "01" + "00000001" + "05" + "0000000161" + "0000000162" + "00000001" + "0000803f");
  }

  private static String hex(Operation operation) {
    return HexFormat.of().formatHex(OperationCodec.encode(operation));
  }

  @Test
  void decode_everyTruncation_isRefused() {
    for (int i = 0; i < 200; i++) {
      byte[] encoded = OperationCodec.encode(operations.next());
      for (int length = 0; length < encoded.length; length++) {
        byte[] part = Arrays.copyOf(encoded, length);

        assertThatExceptionOfType(IOException.class)
            .as("%d of %s", length, HexFormat.of().formatHex(encoded))
            .isThrownBy(() -> OperationCodec.decode(part));
      }
    }
  }

  @Test
  void decode_oneByteTooMany_isRefused() {
    for (int i = 0; i < 200; i++) {
      byte[] encoded = OperationCodec.encode(operations.next());
      byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);

      assertThatExceptionOfType(IOException.class).isThrownBy(() -> OperationCodec.decode(longer));
    }
  }

  /** Every outcome but an operation or an {@link IOException} fails the test. */
  @Test
  void decode_garbageAndDamagedOperations_givesAnOperationOrAnIoException() {
    int refused = 0;
    for (int i = 0; i < 10 * ROUNDS; i++) {
      byte[] bytes;
      if (random.nextBoolean()) {
        bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        if (bytes.length > 0) {
          bytes[0] = (byte) random.nextInt(6);
        }
      } else {
        bytes = OperationCodec.encode(operations.next());
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      try {
        assertThat(OperationCodec.decode(bytes)).isNotNull();
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(5 * ROUNDS);
  }

  /** A length from a damaged file must not become an allocation. */
  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 5})
  void decode_lengthsBeyondTheEnd_areRefused(int length) {
    for (byte type = 1; type <= 3; type++) {
      byte[] bytes = ByteBuffer.allocate(9).put(type).putInt(length).putInt(0).array();

      assertThatExceptionOfType(IOException.class)
          .as("type %d", type)
          .isThrownBy(() -> OperationCodec.decode(bytes))
          .withMessageContaining(Integer.toString(length));
    }
  }

  @Test
  void decode_unknownType_isRefusedNamingIt() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OperationCodec.decode(new byte[] {5}))
        .withMessageContaining("operation type 5 is unknown");
  }
}
