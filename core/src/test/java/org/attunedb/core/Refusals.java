package org.attunedb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Asserts that input is refused, with the code that programs read. */
public final class Refusals {
  private Refusals() {}

  /** Passes if {@code action} throws an {@link InvalidInputException} of that code. */
  public static ThrowableAssertAlternative<InvalidInputException> assertRefused(
      ErrorCode code, ThrowingCallable action) {
    return assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(action)
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
