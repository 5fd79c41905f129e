package org.attunedb.server.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Values of enums as people type them: in lower case, though capitals are understood. */
final class EnumNames {
  private EnumNames() {}

  /** Lets a command and its sub-commands read every enum among their options so. */
  static void register(CommandLine commandLine) {
    commandLine.getCommandSpec().args().stream()
        .map(argument -> argument.auxiliaryTypes()[0])
        .filter(Class::isEnum)
        .forEach(type -> register(commandLine, type));
    commandLine.getSubcommands().values().forEach(EnumNames::register);
  }

  private static <T> void register(CommandLine commandLine, Class<T> type) {
    commandLine.registerConverter(type, converter(type));
  }

  private static <T> ITypeConverter<T> converter(Class<T> type) {
    return value ->
        Arrays.stream(type.getEnumConstants())
            .filter(constant -> name(constant).equalsIgnoreCase(value))
            .findFirst()
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "'%s' is not one of %s".formatted(value, names(type))));
  }

  private static String names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(EnumNames::name)
        .collect(Collectors.joining(", "));
  }

  private static String name(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }
}
