package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions that come and go: exported, imported from other programs, rolled back. */
@Timeout(120)
class AdapterTransferTest extends StoreTest {
  private static final int DIMENSION = 6;

  @TempDir private Path elsewhere;

  private final SplittableRandom random = new SplittableRandom(4);
  private final FakeTrainer trainer = new FakeTrainer();
  private DeepMemory memory;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  @BeforeEach
  void fill() {
    memory = collection("things", DIMENSION).deepMemory();
  }

  private VectorCollection collection(String name, int dimension) {
    VectorCollection made =
        attune.createCollection(name, CollectionSpec.vectors(dimension, Similarity.COSINE));
    made.upsert(List.of(Document.of("a", Vectors.random(dimension, random))));
    return made;
  }

  private String publish() throws InterruptedException {
    trainer.publish(RandomAdapters.weights(DIMENSION, 2, random));
    JobState state =
        memory
            .train(
                TrainingRequest.of(
                    LabelledQueries.ofVectors(
                        List.of(Vectors.random(DIMENSION, random)),
                        List.of(List.of(RelevantDocument.of("a"))))))
            .await();
    return ((JobState.Completed) state).version().orElseThrow();
  }

  @Test
  void version_published_tellsWhatItIs() throws InterruptedException {
    publish();

    AdapterVersion version = memory.version("v1");

    assertThat(version.active()).isTrue();
    assertThat(version.judged()).isTrue();
    assertThat(version.created()).isPresent();
    assertThat(version.dimension()).isEqualTo(DIMENSION);
    assertThat(version.rank()).isEqualTo(2);
    assertThat(version.parameters()).isEqualTo(2 * 2 * DIMENSION + DIMENSION);
    assertThat(version.trainingDocuments()).isEqualTo(1);
    assertThat(version.binding().metrics()).containsEntry("recall@10", 0.5);
    assertThat(version.origin())
        .isEqualTo(new AdapterOrigin.Trained(memory.jobs().getFirst().id()));
  }

  @Test
  void exportThenImport_otherCollection_hasTheSameWeightsAndIsNotActive()
      throws InterruptedException {
    publish();
    Path file = elsewhere.resolve("v1.safetensors");
    DeepMemory other = collection("other", DIMENSION).deepMemory();

    memory.exportVersion("v1", file);
    AdapterVersion imported = other.importVersion(file);

    assertThat(imported.name()).isEqualTo("v1");
    assertThat(imported.active()).isFalse();
    assertThat(imported.judged()).isFalse();
    assertThat(imported.origin())
        .isEqualTo(new AdapterOrigin.Imported(AdapterOrigin.Format.ATTUNE));
    assertThat(other.adapter("v1")).isEqualTo(memory.adapter("v1"));
    assertThat(other.activeVersion()).isEmpty();
    other.activate("v1");
    assertThat(other.activeVersion()).contains("v1");
  }

  @Test
  void export_existingFile_isRefusedAndKept() throws InterruptedException, IOException {
    publish();
    Path file = Files.writeString(elsewhere.resolve("precious"), "precious");

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> memory.exportVersion("v1", file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    assertRefused(
        ErrorCode.FILE_UNWRITABLE,
        () -> memory.exportVersion("v1", elsewhere.resolve("no/such/folder/file")));

    assertThat(file).hasContent("precious");
  }

  @Test
  void import_ownVersionOfAnotherDimension_isRefusedAndNothingIsKept() throws InterruptedException {
    publish();
    Path file = elsewhere.resolve("v1.safetensors");
    memory.exportVersion("v1", file);
    DeepMemory other = collection("other", DIMENSION + 1).deepMemory();

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> other.importVersion(file))
        .withMessageContaining("6 dimensions")
        .withMessageContaining("expected 7");
    assertRefused(
        ErrorCode.ADAPTER_INVALID, () -> memory.importVersion(file, AdapterImport.transposed()));

    assertThat(other.versions()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "<f4, false, 1, false",
    "<f8, false, 1, false",
    ">f4, true, 1, false",
    ">f8, true, 2, false",
    "<f4, true, 3, true",
    "<f4, false, 1, true"
  })
  void import_npy_appliesTheMatrix(String type, boolean byColumns, int version, boolean transpose)
      throws IOException {
    float[][] matrix = matrix(DIMENSION);
    Path file = elsewhere.resolve("model.npy");
    Files.write(file, npy(matrix, type, byColumns, version, shape(DIMENSION)));

    AdapterVersion imported = memory.importVersion(file, new AdapterImport(transpose));

    assertThat(imported.origin()).isEqualTo(new AdapterOrigin.Imported(AdapterOrigin.Format.NPY));
    assertThat(imported.rank()).isEqualTo(DIMENSION);
    assertThat(imported.trainingDocuments()).isZero();
    assertApplies(imported.name(), matrix, new float[DIMENSION], transpose);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void import_identityPlusLowRank_keepsTheRank(int rank) {
    int dimension = 20;
    DeepMemory large = collection("large", dimension).deepMemory();
    float[][] matrix = new float[dimension][dimension];
    for (int r = 0; r < rank; r++) {
      Embedding left = Vectors.random(dimension, random);
      Embedding right = Vectors.random(dimension, random);
      for (int i = 0; i < dimension; i++) {
        for (int j = 0; j < dimension; j++) {
          matrix[i][j] += left.toArray()[i] * right.toArray()[j];
        }
      }
    }
    for (int i = 0; i < dimension; i++) {
      matrix[i][i] += 1;
    }

    AdapterVersion imported =
        large.importVersion(
            npy(matrix, "<f8", false, 1, shape(dimension)), "model", AdapterImport.defaults());

    assertThat(imported.rank()).isEqualTo(Math.max(1, rank));
    assertApplies(large, "v1", matrix, new float[dimension], false);
  }

  @ParameterizedTest
  @CsvSource({"weight, bias, F32", "linear.weight, linear.bias, F64", "weight, , F32"})
  void import_safetensorsLayer_appliesWeightAndBias(String weight, String bias, String type) {
    float[][] matrix = matrix(DIMENSION);
    float[] offset = bias == null ? new float[DIMENSION] : matrix(DIMENSION)[0];

    AdapterVersion imported =
        memory.importVersion(
            safetensors(matrix, offset, weight, bias, type, ""), "layer", AdapterImport.defaults());

    assertThat(imported.origin())
        .isEqualTo(new AdapterOrigin.Imported(AdapterOrigin.Format.SAFETENSORS));
    assertApplies(imported.name(), matrix, offset, false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void import_layerWhoseConfigTellsOfAResidual_isAddedToTheQuery(boolean residual) {
    float[][] matrix = matrix(DIMENSION);
    String metadata =
        ("\"__metadata__\":{\"linear_adapter_format_version\":\"1\",\"linear_adapter_config\":"
                + "\"{\\\"input_dim\\\":%s,\\\"residual\\\":%s}\"},")
            .formatted(DIMENSION, residual);
    byte[] file =
        safetensors(matrix, new float[DIMENSION], "linear.weight", "linear.bias", "F32", metadata);

    AdapterVersion imported = memory.importVersion(file, "layer", AdapterImport.defaults());

    if (residual) {
      for (int i = 0; i < DIMENSION; i++) {
        matrix[i][i] += 1;
      }
    }
    assertApplies(imported.name(), matrix, new float[DIMENSION], false);
  }

  @Test
  void rollback_switches_areUndoneOneAfterTheOther() throws InterruptedException {
    assertNothingToRollBack();
    publish();
    publish();
    memory.deactivate();
    memory.activate("v1");
    memory.activate("v1");

    assertThat(memory.rollback()).isEmpty();
    assertThat(memory.activeVersion()).isEmpty();
    reopen();
    memory = attune.collection("things").deepMemory();
    assertThat(memory.rollback()).contains("v2");
    assertThat(memory.activeVersion()).contains("v2");
    assertThat(memory.rollback()).contains("v1");
    assertThat(memory.rollback()).isEmpty();
    assertNothingToRollBack();
    assertThat(memory.activeVersion()).isEmpty();
  }

  private void assertNothingToRollBack() {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(memory::rollback)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOTHING_TO_ROLL_BACK))
        .withMessageContaining("things");
  }

  @Test
  void rollback_versionDeletedSince_isPassedOver() throws InterruptedException {
    publish();
    publish();
    publish();
    memory.delete("v2");

    assertThat(memory.rollback()).contains("v1");
  }

  @Test
  void rollback_moreSwitchesThanAreKept_undoesTheLast32() throws InterruptedException {
    publish();
    publish();
    for (int i = 0; i < 40; i++) {
      memory.activate(i % 2 == 0 ? "v1" : "v2");
    }

    for (int i = 0; i < 32; i++) {
      assertThat(memory.rollback()).contains(i % 2 == 0 ? "v1" : "v2");
    }
    assertNothingToRollBack();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void import_hostileBytes_isRefusedNamingTheFileAndKeepsNothing(int seed) {
    SplittableRandom hostile = new SplittableRandom(seed);
    byte[] npy = npy(matrix(DIMENSION), "<f4", false, 1, shape(DIMENSION));
    byte[] tensors =
        safetensors(matrix(DIMENSION), new float[DIMENSION], "weight", "bias", "F32", "");
    for (byte[] whole : List.of(npy, tensors)) {
      for (int length = 0; length < whole.length; length += 1 + hostile.nextInt(7)) {
        assertRefusedBytes(Arrays.copyOf(whole, length));
      }
      for (int i = 0; i < 300; i++) {
        byte[] changed = whole.clone();
        int header = whole == npy ? 64 : 160;
        changed[hostile.nextInt(header)] = (byte) hostile.nextInt(256);
        assertRefusedOrWhole(changed);
      }
    }
  }

  private void assertRefusedBytes(byte[] bytes) {
    assertRefused(
            ErrorCode.ADAPTER_INVALID,
            () -> memory.importVersion(bytes, "evil.bin", AdapterImport.defaults()))
        .withMessageContaining("evil.bin");
    assertThat(memory.versions()).isEmpty();
  }

  /** A changed header may by chance mean the same, or the other order of rows and columns. */
  private void assertRefusedOrWhole(byte[] bytes) {
    try {
      AdapterVersion version = memory.importVersion(bytes, "evil.bin", AdapterImport.defaults());
      assertThat(version.dimension()).isEqualTo(DIMENSION);
      memory.delete(version.name());
    } catch (InvalidInputException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_INVALID);
      assertThat(e).hasMessageContaining("evil.bin");
    }
  }

  @Test
  void import_wrongContent_saysWhatItIsAndWhatWasExpected() {
    float[][] matrix = matrix(DIMENSION);
    assertFault(npy(matrix, "<f4", false, 1, "(36,)"), "(36,)", "(6,6)");
    assertFault(npy(matrix(5), "<f4", false, 1, shape(5)), "(5,5)", "(6,6)");
    assertFault(npy(matrix, "<f4", false, 1, "(6, 6, 1)"), "(6,6,1)", "(6,6)");
    assertFault(npy(matrix, "|O", false, 1, shape(DIMENSION)), "'|O'", "<f4");
    assertFault(npy(matrix, "<i4", false, 1, shape(DIMENSION)), "'<i4'", "<f4");
    assertFault(npy(matrix, "<f4", false, 9, shape(DIMENSION)), "version 9", "1 to 3");
    matrix[2][3] = Float.NaN;
    assertFault(npy(matrix, "<f4", false, 1, shape(DIMENSION)), "weight[15] is NaN");
    assertFault(
        safetensors(matrix, new float[DIMENSION], "weight", "bias", "F32", ""),
        "weight[15] is NaN");
    matrix[2][3] = 1e30f;
    assertFault(npy(matrix, "<f8", false, 1, shape(DIMENSION)), "1.0E30");
    matrix[2][3] = 0;
    byte[] huge = npy(matrix, "<f4", false, 2, shape(DIMENSION));
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
    assertFault(huge, "header of 4294967295 bytes");
    byte[] tensors = safetensors(matrix, new float[DIMENSION], "weight", "bias", "F32", "");
    ByteBuffer.wrap(tensors).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
    assertFault(tensors, "header of 9223372036854775807 bytes");
    assertFault(
        safetensors(matrix, new float[DIMENSION], "weight", "bias", "BF16", ""), "BF16", "F32");
    assertFault(safetensors(matrix, new float[DIMENSION], "encoder", "bias", "F32", ""), "encoder");
    assertFault("PK\3\4 a PyTorch archive".getBytes(StandardCharsets.UTF_8), "pickle", "npy");
    assertFault(new byte[] {(byte) 0x80, 2, 'c', 'o', 's'}, "pickle");
  }

  private void assertFault(byte[] content, String... parts) {
    assertRefused(
            ErrorCode.ADAPTER_INVALID,
            () -> memory.importVersion(content, "evil.bin", AdapterImport.defaults()))
        .satisfies(e -> assertThat(e).message().startsWith("evil.bin").contains(parts));
    assertThat(memory.versions()).isEmpty();
  }

  @Test
  void import_missingFileOrFolder_isUnreadable() {
    assertRefused(
        ErrorCode.FILE_UNREADABLE, () -> memory.importVersion(elsewhere.resolve("missing.npy")));
    assertRefused(ErrorCode.FILE_UNREADABLE, () -> memory.importVersion(elsewhere));
  }

  private float[][] matrix(int dimension) {
    float[][] matrix = new float[dimension][];
    for (int i = 0; i < dimension; i++) {
      matrix[i] = Vectors.random(dimension, random).toArray();
    }
    return matrix;
  }

  private void assertApplies(String version, float[][] matrix, float[] bias, boolean transpose) {
    assertApplies(memory, version, matrix, bias, transpose);
  }

  private void assertApplies(
      DeepMemory from, String version, float[][] matrix, float[] bias, boolean transpose) {
    AdapterWeights weights = from.adapter(version).weights();
    int dimension = matrix.length;
    for (int q = 0; q < 5; q++) {
      Embedding query = Vectors.random(dimension, random).normalized();
      double[] expected = new double[dimension];
      double norm = 0;
      for (int i = 0; i < dimension; i++) {
        expected[i] = bias[i];
        for (int j = 0; j < dimension; j++) {
          expected[i] += (double) (transpose ? matrix[j][i] : matrix[i][j]) * query.toArray()[j];
        }
        norm += expected[i] * expected[i];
      }
      float[] adapted = new LowRankAdapter(weights).adapt(query).toArray();
      for (int i = 0; i < dimension; i++) {
        assertThat((double) adapted[i])
            .isCloseTo(expected[i] / Math.sqrt(norm), Offset.offset(1e-5));
      }
    }
  }

  private static String shape(int dimension) {
    return "(%s, %s)".formatted(dimension, dimension);
  }

  private static byte[] npy(
      float[][] matrix, String type, boolean byColumns, int version, String shape) {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(type, byColumns ? "True" : "False", shape);
    int start = version == 1 ? 10 : 12;
    header = header + " ".repeat(128 - start - header.length() - 1) + "\n";
    int width = type.endsWith("8") ? 8 : 4;
    ByteBuffer file = ByteBuffer.allocate(128 + matrix.length * matrix.length * width);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) version).put((byte) 0).order(ByteOrder.LITTLE_ENDIAN);
    if (version == 1) {
      file.putShort((short) header.length());
    } else {
      file.putInt(header.length());
    }
    file.put(header.getBytes(StandardCharsets.US_ASCII));
    file.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix.length; j++) {
        float value = byColumns ? matrix[j][i] : matrix[i][j];
        if (width == 8) {
          file.putDouble(value);
        } else {
          file.putFloat(value);
        }
      }
    }
    return file.array();
  }

  private static byte[] safetensors(
      float[][] matrix,
      float[] bias,
      String weight,
      String biasName,
      String type,
      String metadata) {
    int width = type.equals("F64") ? 8 : 4;
    int dimension = matrix.length;
    int end = dimension * dimension * width;
    String second =
        biasName == null
            ? ""
            : ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s,%s]}"
                .formatted(biasName, type, dimension, end, end + dimension * width);
    String header =
        "{%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%s,%s],\"data_offsets\":[0,%s]}%s}"
            .formatted(metadata, weight, type, dimension, dimension, end, second);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length() + end + dimension * width)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (float[] row : matrix) {
      for (float value : row) {
        put(file, value, width);
      }
    }
    for (float value : bias) {
      put(file, value, width);
    }
    return file.array();
  }

  private static void put(ByteBuffer file, float value, int width) {
    if (width == 8) {
      file.putDouble(value);
    } else {
      file.putFloat(value);
    }
  }
}
