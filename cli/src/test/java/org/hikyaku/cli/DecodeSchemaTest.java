package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.tls.Dark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams of captures of real tools keep to the schema that is published. */
class DecodeSchemaTest {
    private static final DecodeSchema SCHEMA = new DecodeSchema();
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static String file(String name) {
        return TestCaptures.file(name);
    }

    static Stream<List<String>> captures() {
        return Stream.of(
                List.of(file("captures/mixed.pcap"), "--keylog", file("captures/mixed.keys")),
                List.of(file("captures/mixed.pcap"), "--rsa-key", file("captures/server-rsa.key")),
                List.of(file("captures/mixed.pcap"), "--show-secrets", "--protocol", "smtp"),
                List.of(file("captures/http.pcap"), "--keylog", file("captures/http.keys")),
                List.of(file("captures/smtps-curl.pcap")),
                List.of(file("tls12-rsa.pcap"), "--rsa-key", file("server.key")),
                List.of(file("tls12-rsa.pcap")),
                List.of(file("tls13.pcap"), "--keylog", file("captures/http.keys")),
                List.of(file("tls13.pcap"), "--keylog", file("tls13.keys")));
    }

    @ParameterizedTest
    @MethodSource("captures")
    void streamKeepsToTheSchema(List<String> capture, @TempDir Path dir) {
        String[] views = {
            "--json", "--dialogue", "--sha256", "--mails", dir.resolve("mails").toString()
        };
        String stream = new CommandRunner()
                .run(Stream.concat(Stream.concat(Stream.of("decode"), capture.stream()), Arrays.stream(views))
                        .toArray(String[]::new))
                .out();
        assertThat(stream.lines()).hasSizeGreaterThan(1);
        assertThat(SCHEMA.objections(stream)).isEmpty();
    }

    /** So the captures above have something of everything in them. */
    @Test
    void capturesHoldEveryTypeOfLine(@TempDir Path dir) {
        Set<String> types = new TreeSet<>();
        new CommandRunner()
                .run(
                        "decode",
                        file("captures/mixed.pcap"),
                        "--keylog",
                        file("captures/mixed.keys"),
                        "--json",
                        "--dialogue",
                        "--mails",
                        dir.toString())
                .out()
                .lines()
                .map(line -> MAPPER.readTree(line).get("type").asString())
                .forEach(types::add);
        assertThat(types).containsExactly("connection", "line", "mail", "remark", "summary");
    }

    @Test
    void schemaRefusesWhatItDoesNotName() {
        String good = new CommandRunner()
                .run("decode", file("tls13.pcap"), "--json")
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        assertThat(SCHEMA.objections(good)).isEmpty();
        assertThat(SCHEMA.objections(good.replace("\"resumed\"", "\"resumption\"")))
                .isNotEmpty();
        assertThat(SCHEMA.objections(good.replace("\"tls13\"", "\"because\""))).isNotEmpty();
        assertThat(SCHEMA.objections(good.replace("decode/1", "decode/2"))).isNotEmpty();
        assertThat(SCHEMA.objections(good.replace("\"number\":1", "\"number\":\"1\"")))
                .isNotEmpty();
    }

    /** A reason or protocol that is added must be added to the schema as well. */
    @Test
    void wordsAreThoseOfTheProgram() throws IOException {
        JsonNode schema = MAPPER.readTree(DecodeSchema.text());
        assertThat(words(schema.at("/$defs/reason/enum"))).isEqualTo(words(Dark.Reason.values()));
        assertThat(words(schema.at("/$defs/connection/properties/protocol/enum")))
                .isEqualTo(words(Protocol.values()));
    }

    private static Set<String> words(JsonNode list) {
        Set<String> words = new TreeSet<>();
        list.forEach(word -> words.add(word.asString()));
        return words;
    }

    private static Set<String> words(Enum<?>[] constants) {
        Set<String> words = new TreeSet<>();
        for (Enum<?> constant : constants) {
            words.add(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return words;
    }
}
