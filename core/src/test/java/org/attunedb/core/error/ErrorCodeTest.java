package org.attunedb.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
  // Clients match on these names: extend the list, never edit it.
  private static final List<String> RELEASED =
      List.of(
          "vector_not_finite",
          "vector_norm_overflow",
          "zero_vector",
          "dimension_mismatch",
          "dimension_out_of_range",
          "id_invalid",
          "id_too_long",
          "duplicate_id",
          "name_invalid",
          "k_out_of_range",
          "option_out_of_range",
          "metadata_too_large",
          "metadata_invalid",
          "text_too_large",
          "text_invalid",
          "batch_too_large",
          "document_empty",
          "filter_invalid",
          "filter_too_complex",
          "embedder_missing",
          "embedder_mismatch",
          "labels_invalid",
          "labels_unknown_document",
          "too_few_labels",
          "adapter_invalid",
          "file_malformed",
          "file_unreadable",
          "file_unwritable",
          "source_unreadable",
          "json_invalid",
          "json_duplicate_key",
          "json_trailing",
          "json_limit",
          "type_mismatch",
          "missing_field",
          "unknown_field",
          "vector_element_type",
          "store_not_found",
          "collection_not_found",
          "adapter_not_found",
          "job_not_found",
          "already_exists",
          "schema_conflict",
          "store_locked",
          "training_active",
          "not_a_store",
          "unsupported_format",
          "store_corrupt",
          "store_io",
          "training_failed",
          "trainer_missing",
          "embedding_failed",
          "chat_failed",
          "url_not_allowed",
          "api_key_missing",
          "search_timeout",
          "job_state",
          "nothing_to_roll_back",
          "training_too_large",
          "training_timeout",
          "bridge_invalid",
          "scope_invalid",
          "too_many_scopes",
          "labels_outside_scope");

  @ParameterizedTest
  @EnumSource
  void wireName_everyCode_isSnakeCase(ErrorCode code) {
    assertThat(code.wireName()).matches("[a-z]+(_[a-z]+)*");
  }

  @Test
  void wireName_allCodes_areUniqueAndStillHaveTheReleasedNames() {
    List<String> names = Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName).toList();

    assertThat(names).doesNotHaveDuplicates().containsAll(RELEASED);
  }

  @Test
  void wireName_turkishLocale_isTheSame() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.of("tr", "TR"));

      assertThat(ErrorCode.ID_INVALID.wireName()).isEqualTo("id_invalid");
    } finally {
      Locale.setDefault(before);
    }
  }
}
