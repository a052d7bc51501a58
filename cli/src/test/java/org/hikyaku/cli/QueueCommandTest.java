package org.hikyaku.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueueOptions;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.queue.Reason;
import org.hikyaku.relay.queue.SegmentQueue;
import org.hikyaku.relay.queue.Settlement;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class QueueCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    @TempDir
    private Path temporary = Path.of("");

    private Path folder = Path.of("");
    private QueueId deferred = new QueueId(0);
    private QueueId fresh = new QueueId(0);

    @BeforeEach
    void fill() throws IOException {
        folder = temporary.resolve("queue");
        try (MailQueue queue = open()) {
            deferred = add(queue, "rosa@from.example", "taro@example.jp", "hana@example.jp");
            fresh = add(queue, "", "taro@other.example");
            queue.settle(
                    deferred,
                    List.of(
                            new Settlement.Deferred(
                                    0,
                                    Duration.ofMinutes(30),
                                    new Reason(
                                            Optional.of(new EnhancedStatus(4, 7, 5)),
                                            Optional.of("mx.example.jp"),
                                            Optional.empty(),
                                            Optional.of("D11"),
                                            "mx.example.jp shows a key that none of its 1 TLSA records has",
                                            Optional.empty())),
                            new Settlement.Delivered(1)));
        }
    }

    private MailQueue open() throws IOException {
        return SegmentQueue.open(QueueOptions.of(folder).withReserve(0), CLOCK);
    }

    private static QueueId add(MailQueue queue, String sender, String... recipients) throws IOException {
        Envelope envelope = new Envelope(
                sender.isEmpty() ? Optional.empty() : Optional.of(Mailbox.parse(sender)),
                List.of(recipients).stream()
                        .map(Mailbox::parse)
                        .map(Envelope.Recipient::of)
                        .toList(),
                Optional.empty(),
                Optional.empty(),
                false);
        try (Draft draft = queue.open()) {
            draft.content().write("Subject: x\r\n\r\nx\r\n".getBytes(UTF_8));
            return draft.commit(new QueuedEnvelope(
                    envelope,
                    Body.SEVEN_BIT,
                    false,
                    Demand.ORDINARY,
                    NOW.minus(Duration.ofHours(2)),
                    Optional.empty(),
                    "client.example [192.0.2.1]"));
        }
    }

    private CommandRunner.Result run(String... args) {
        String[] all = new String[args.length + 3];
        all[0] = "queue";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "--queue";
        all[args.length + 2] = folder.toString();
        return new CommandRunner().clock(CLOCK).variable("COLUMNS", "160").run(all);
    }

    /** What was printed, which must be as its schema in docs/schema says. */
    private static JsonNode json(CommandRunner.Result result) {
        JsonNode document = new JsonMapper().readTree(result.out());
        String name = document.path("schema").asString("");
        assertThat(name).startsWith("hikyaku.queue-");
        try {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(Path.of(
                            "../docs/schema",
                            name.substring("hikyaku.".length()).replace('/', '-') + ".json")));
            assertThat(schema.validate(result.out(), InputFormat.JSON)).as(name).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return document;
    }

    @Test
    void theTableAlignsAndSaysWhy() {
        CommandRunner.Result result = run("list");
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        List<String> lines = result.out().lines().toList();
        assertThat(lines.get(0)).matches("ID +AGE +SIZE  SENDER +WAITS FOR +NEXT  WHY");
        assertThat(lines.get(1))
                .matches(deferred
                        + " +2 h +17 B  rosa@from\\.example +taro@example\\.jp +30 min  mx\\.example\\.jp shows .*");
        assertThat(lines.get(2)).matches(fresh + " +2 h +17 B  <> +taro@other\\.example +now");
        int column = lines.getFirst().indexOf("SENDER");
        assertThat(lines.get(1).substring(column)).startsWith("rosa@");
        assertThat(lines.get(2).substring(column)).startsWith("<>");
        assertThat(lines.getLast()).isEqualTo("2 mails");
    }

    @Test
    void whyNamesTheRuleAndWhatTheOtherSideMustChange() {
        CommandRunner.Result result = run("why", deferred.toString());
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("taro@example.jp")
                .doesNotContain("hana@example.jp")
                .contains("mx.example.jp shows a key that none of its 1 TLSA records has")
                .contains("The rule that holds it back: D11")
                .contains("What must change: The receiving server's key and the domain's TLSA records must agree")
                .contains("Next try: in 30 min; tried once");
        assertThat(run("why", fresh.toString()).out()).contains("It was not tried yet; its turn is now.");
    }

    /** The schemas have all that can be there, and nothing else. */
    @Test
    void whatIsPrintedAsJsonIsAsItsSchemaSays() throws Exception {
        QueueId all;
        try (MailQueue queue = open();
                Draft draft = queue.open()) {
            draft.content().write("Subject: x\r\n\r\nx\r\n".getBytes(UTF_8));
            all = draft.commit(new QueuedEnvelope(
                    new Envelope(
                            Optional.of(Mailbox.parse("rosa@from.example")),
                            List.of(
                                    Envelope.Recipient.of(Mailbox.parse("用户@例え.example")),
                                    Envelope.Recipient.of(Mailbox.parse("b@other.example")),
                                    Envelope.Recipient.of(Mailbox.parse("c@other.example"))),
                            Optional.empty(),
                            Optional.empty(),
                            true),
                    Body.BINARY_MIME,
                    true,
                    Demand.REQUIRE_TLS,
                    NOW,
                    Optional.of("rosa"),
                    "client.example [192.0.2.1]"));
            Reason reason = new Reason(
                    Optional.of(new EnhancedStatus(5, 7, 30)),
                    Optional.of("mx.example.jp"),
                    Optional.of("550 5.7.30 no"),
                    Optional.of("Q6"),
                    "mx.example.jp does not offer REQUIRETLS",
                    Optional.of("it must"));
            queue.settle(
                    all,
                    List.of(
                            new Settlement.Deferred(0, Duration.ofHours(1), reason),
                            new Settlement.Failed(1, reason),
                            new Settlement.Delivered(2),
                            new Settlement.DelayTold(0)));
            queue.hold(all, "asked the sender");
        }
        JsonNode mail = json(run("show", all.toString(), "00000000007", "--json"))
                .path("mails")
                .path(0);
        assertThat(mail.propertyNames())
                .containsExactly(
                        "id",
                        "received",
                        "size",
                        "sender",
                        "client",
                        "user",
                        "body",
                        "smtputf8",
                        "demand",
                        "held",
                        "recipients");
        assertThat(mail.path("recipients").path(0).path("reason").propertyNames())
                .containsExactly("sentence", "status", "host", "reply", "rule", "remedy");
        assertThat(json(run("why", all.toString(), "--json")).path("mails").size())
                .isEqualTo(1);
        assertThat(json(run("list", "--json")).path("mails").size()).isEqualTo(3);
        assertThat(json(run("list", "--destination", "nobody.example", "--json"))
                        .path("mails")
                        .size())
                .isZero();
        assertThat(json(run("release", all.toString(), "00000000007", "--json"))
                        .path("changed")
                        .size())
                .isEqualTo(1);
        assertThat(json(run("hold", all.toString(), "--json")).path("done").asString(""))
                .isEqualTo("held");
        assertThat(json(run("delete", all.toString(), "--json")).path("done").asString(""))
                .isEqualTo("deleted");
        assertThat(json(run("flush", "--all", "--json")).path("count").asInt(0)).isEqualTo(2);
    }

    @Test
    void everythingWorksTheSameWhetherTheRelayRunsOrNot() throws Exception {
        everything(false);
        fillAgain();
        try (MailQueue queue = open()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("control"))))
                    .isEqualTo("rw-------");
            everything(true);
            assertThat(queue.figures().mails()).isEqualTo(1);
        }
        assertThat(folder.resolve("control")).doesNotExist();
    }

    private void fillAgain() throws IOException {
        try (MailQueue queue = open()) {
            queue.each(mail -> {
                try {
                    queue.remove(mail.id());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        fill();
    }

    private void everything(boolean runs) {
        String id = deferred.toString();
        assertThat(run("hold", id, "--reason", "asked the sender").out()).isEqualTo(id + "  held\n");
        JsonNode held = json(run("list", "--held", "--json"));
        assertThat(held.path("schema").asString("")).isEqualTo("hikyaku.queue-list/1");
        assertThat(held.path("mails").size()).isEqualTo(1);
        assertThat(held.path("mails").path(0).path("held").asString("")).isEqualTo("asked the sender");
        assertThat(run("why", id).out()).contains("asked the sender").contains("hikyaku queue release " + id);
        assertThat(run("release", id).exit()).isZero();
        assertThat(json(run("list", "--held", "--json")).path("mails").size()).isZero();

        JsonNode shown = json(run("show", id, "--json"));
        assertThat(shown.path("schema").asString("")).isEqualTo("hikyaku.queue-show/1");
        JsonNode recipient = shown.path("mails").path(0).path("recipients").path(0);
        // the wait itself goes by the real monotonic clock
        assertThat(Instant.parse(recipient.path("due").asString("")))
                .isBetween("2026-11-22T12:29:00Z", "2026-11-22T12:30:00Z");
        assertThat(recipient.path("reason").path("rule").asString("")).isEqualTo("D11");
        assertThat(recipient.path("reason").path("status").asString("")).isEqualTo("4.7.5");
        assertThat(shown.path("mails")
                        .path(0)
                        .path("recipients")
                        .path(1)
                        .path("standing")
                        .asString(""))
                .isEqualTo("delivered");

        JsonNode flushed = json(run("flush", "--destination", "example.jp", "--json"));
        assertThat(flushed.path("count").asInt(0)).isEqualTo(1);
        assertThat(flushed.path("relayRuns").asBoolean(!runs)).isEqualTo(runs);
        assertThat(json(run("show", id, "--json"))
                        .path("mails")
                        .path(0)
                        .path("recipients")
                        .path(0)
                        .path("due")
                        .asString(""))
                .isEqualTo("2026-11-22T12:00:00Z");

        assertThat(json(run("list", "--destination", "other.example", "--json"))
                        .path("mails")
                        .size())
                .isEqualTo(1);
        assertThat(json(run("list", "--sender", "from.example", "--json"))
                        .path("mails")
                        .size())
                .isEqualTo(1);
        JsonNode cut = json(run("list", "--limit", "1", "--json"));
        assertThat(cut.path("mails").size()).isEqualTo(1);
        assertThat(cut.path("more").asBoolean(false)).isTrue();

        CommandRunner.Result deleted = run("delete", id, "00000000007");
        assertThat(deleted.exit()).isEqualTo(1);
        assertThat(deleted.out()).isEqualTo(id + "  deleted\n00000000007  is not in the queue\n");
        assertThat(run("show", id).exit()).isEqualTo(1);
    }

    @Test
    void mistakesGetOneSentence() {
        folder = temporary.resolve("elsewhere");
        CommandRunner.Result nowhere = run("list");
        assertThat(nowhere.exit()).isEqualTo(2);
        assertThat(nowhere.err()).contains("there is no queue in " + folder);
        assertThat(folder).doesNotExist();
        folder = temporary.resolve("queue");
        CommandRunner.Result noId = run("show", "lumps");
        assertThat(noId.exit()).isEqualTo(2);
        assertThat(noId.err())
                .contains("\"lumps\" is no queue id; 'hikyaku queue list' shows")
                .doesNotContain("did not answer");
        assertThat(run("flush", "lumps").exit()).isEqualTo(2);
        assertThat(run("flush").exit()).isEqualTo(2);
        assertThat(run("list", "--limit", "0").exit()).isEqualTo(2);
    }

    @Test
    void aSocketThatWasLeftBehindDoesNotKeepTheCommandOut() throws Exception {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("control")));
        }
        assertThat(folder.resolve("control")).exists();
        assertThat(run("list").out()).containsPattern(Pattern.compile("2 mails"));
    }
}
