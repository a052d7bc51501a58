package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Ordinary calls of {@code decode}: what is understood without picocli is what picocli's model understands. */
class PlainDecodeTest {
    private final Environment environment = new Environment(
            Terminal.of(new ByteArrayOutputStream(), new ByteArrayOutputStream(), Map.of()),
            InstantSource.system(),
            Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decode mail.pcap",
                "decode mail.pcap --keylog keys.log",
                "decode --keylog a.log --keylog b.log mail.pcap --sha256 --list",
                "decode web.pcap --rsa-key 192.0.2.1:443:http:server.key --rsa-key [2001:db8::1]:443:http:other.key",
                "decode mail.pcap --keylog keys.log --dialogue",
                "decode mail.pcap --dialogue 12 --story 3",
                "decode mail.pcap --story"
            })
    void ordinaryCallIsUnderstood(String line) {
        assertThat(plain(line.split(" "))).isEqualTo(modelled(line.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decode",
                "decode --help",
                "decode -",
                "decode mail.pcap --debug",
                "decode a.pcap b.pcap",
                "decode mail.pcap --keylog",
                "decode mail.pcap --keylog --list",
                "decode mail.pcap --keylog=keys.log",
                "decode mail.pcap --list --list",
                "decode mail.pcap --dialogue 1 --dialogue 2",
                "decode --dialogue mail.pcap",
                "decode @arguments",
                "decode mail.pcap --json",
                "decode mail.pcap --judge example.jp",
                "check example.jp"
            })
    void whateverElseStandsThereIsLeftToTheModel(String line) {
        assertThat(PlainDecode.of(line.split(" "))).isEmpty();
    }

    @Test
    void emptyValueIsLeftToTheModel() {
        assertThat(PlainDecode.of("decode", "")).isEmpty();
        assertThat(PlainDecode.of("decode", "mail.pcap", "--keylog", "")).isEmpty();
    }

    /** Such as a letter that the locale's encoding does not have. */
    @Test
    void nameThatNoFileCanHaveIsAMistake() {
        for (String[] args : new String[][] {
            {"decode", "mail.pcap", "--keylog", "a\0b"},
            {"decode", "a\0b"}
        }) {
            CommandRunner.Result result = new CommandRunner().run(args);
            assertThat(result.err()).doesNotContain("an error in Hikyaku").contains("Nul character not allowed");
            assertThat(result.exit()).isEqualTo(2);
        }
    }

    @Test
    void whatFailsBesideIsToldWhereItIsUsed() {
        assertThatCode(() -> DecodeCommand.beside(() -> {
                    throw new NoClassDefFoundError();
                }))
                .doesNotThrowAnyException();
    }

    @Test
    void noLineIsUnderstoodOtherwiseThanByTheModel() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> words = List.of(
                "mail.pcap",
                "7",
                "-",
                "--",
                "-x",
                "--keylog",
                "keys.log",
                "--rsa-key",
                "1.2.3.4:25:smtp:k.pem",
                "--list",
                "--sha256",
                "--dialogue",
                "--story",
                "--json",
                "@file",
                "a b",
                "\"a\"",
                "'b'",
                "--keylog=x",
                "--help",
                "${user.home}",
                "a=b",
                "\\n",
                "ü");
        int understood = 0;
        for (int i = 0; i < 250; i++) {
            List<String> line = new ArrayList<>(List.of("decode", words.get(random.nextInt(words.size()))));
            for (int more = random.nextInt(5); more > 0; more--) {
                line.add(words.get(random.nextInt(words.size())));
            }
            String[] args = line.toArray(String[]::new);
            if (PlainDecode.of(args).isPresent()) {
                understood++;
                assertThat(plain(args)).as("seed %d: %s", seed, line).isEqualTo(modelled(args));
            }
        }
        assertThat(understood).as("seed %d", seed).isPositive();
    }

    private Map<String, String> plain(String... args) {
        Optional<PlainDecode> call = PlainDecode.of(args);
        return fields(new DecodeCommand(environment, call.orElseThrow()));
    }

    private Map<String, String> modelled(String... args) {
        CommandLine line = new CommandLine(new RootCommand(), new CommandFactory(environment))
                .addSubcommand(DecodeCommand.class)
                .setCaseInsensitiveEnumValuesAllowed(true);
        return fields(line.parseArgs(args).subcommand().commandSpec().userObject());
    }

    /** Every option's value, by name; those of mixins too. */
    private static Map<String, String> fields(Object command) {
        Map<String, String> values = new TreeMap<>();
        for (Field field : command.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.getName().equals("environment")) {
                continue;
            }
            field.setAccessible(true);
            try {
                Object value = field.get(command);
                if (field.isAnnotationPresent(CommandLine.Mixin.class)) {
                    fields(value).forEach((name, mixed) -> values.put(field.getName() + "." + name, mixed));
                } else {
                    values.put(field.getName(), String.valueOf(value));
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return values;
    }
}
