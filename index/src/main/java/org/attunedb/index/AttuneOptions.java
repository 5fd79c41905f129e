package org.attunedb.index;

import java.time.Clock;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.attunedb.core.training.AdapterTrainer;

/**
 * What a store takes from its surroundings.
 *
 * @param clock of the times that are recorded; nothing is ordered by it
 * @param random source of job ids; thread-safe
 * @param trainer finds the trainer when one is first needed
 */
public record AttuneOptions(
    Clock clock, RandomGenerator random, Supplier<Optional<AdapterTrainer>> trainer) {
  /** System clock, secure random numbers, and the trainer found by {@link ServiceLoader}. */
  public static AttuneOptions defaults() {
    return new AttuneOptions(
        Clock.systemUTC(),
        RandomGeneratorFactory.of("SecureRandom").create(),
        () -> ServiceLoader.load(AdapterTrainer.class).findFirst());
  }

  /** These options with another trainer. */
  public AttuneOptions withTrainer(Supplier<Optional<AdapterTrainer>> newTrainer) {
    return new AttuneOptions(clock, random, newTrainer);
  }
}
