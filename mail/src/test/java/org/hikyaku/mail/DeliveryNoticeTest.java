package org.hikyaku.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.hikyaku.mail.DeliveryNotice.Action;
import org.hikyaku.mail.DeliveryNotice.Options;
import org.hikyaku.mail.DeliveryNotice.Original;
import org.hikyaku.mail.DeliveryNotice.Report;
import org.hikyaku.mail.DeliveryNotice.Reporter;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Returned;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a notice says, read by Python's email package. */
class DeliveryNoticeTest {
    private static final Instant ARRIVED = Instant.parse("2026-11-20T06:07:08Z");
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final String MAIL = """
            From: Alice <alice@sender.example>\r
            To: bob@receiver.example\r
            Message-ID: <1@sender.example>\r
            Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r
            \r
            The body.\r
            --Not a boundary\r
            .\r
            """;

    private static Report failed() {
        return new Report(
                Mailbox.parse("bob@receiver.example"),
                Optional.of(new Envelope.Original("rfc822", "robert@receiver.example")),
                Action.FAILED,
                new EnhancedStatus(5, 1, 1),
                Optional.of("mx1.receiver.example"),
                Optional.of("550 5.1.1 <bob@receiver.example>: there is nobody of this name here, and a reply can be"
                        + " longer than a line / as this one"),
                Optional.of(NOW),
                Optional.empty(),
                "The server mx1.receiver.example refused the recipient.");
    }

    private static Original original(String sender, Demand demand, Optional<Returned> returned, String mail) {
        return new Original(
                "01J8QZK3M5P",
                Mailbox.parse(sender),
                Optional.of("envelope+17"),
                returned,
                Body.SEVEN_BIT,
                false,
                demand,
                ARRIVED,
                MailContent.of(mail.getBytes(StandardCharsets.UTF_8)));
    }

    private static DeliveryNotice notice(Original original, Options options, Report... reports) {
        return new DeliveryNotice(new Reporter("relay.example", NOW), original, List.of(reports), options);
    }

    private static DeliveryNotice failure(Demand demand, Optional<Returned> returned) {
        return notice(original("alice@sender.example", demand, returned, MAIL), Options.defaults(), failed());
    }

    private static byte[] bytes(DeliveryNotice notice) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        notice.writeTo(out, new Random(1));
        return out.toByteArray();
    }

    private static List<String> byPython(DeliveryNotice notice) throws IOException {
        byte[] script;
        try (InputStream in = DeliveryNoticeTest.class.getResourceAsStream("/org/hikyaku/mail/read_notice.py")) {
            script = java.util.Objects.requireNonNull(in).readAllBytes();
        }
        Process python = new ProcessBuilder("python3", "-c", new String(script, StandardCharsets.UTF_8))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        python.getOutputStream().write(bytes(notice));
        python.getOutputStream().close();
        String seen = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Arrays.asList(seen.strip().split("\n"));
    }

    private static List<String> returned(String mail) {
        List<String> lines = new ArrayList<>();
        for (String line : mail.split("\r\n", -1)) {
            lines.add("returned " + line);
        }
        return lines;
    }

    @Test
    @Tag("interop")
    void aFailureFieldByField() throws IOException {
        assertThat(byPython(failure(Demand.ORDINARY, Optional.empty())))
                .startsWith(
                        "header From: Mail Delivery System <MAILER-DAEMON@relay.example>",
                        "header To: alice@sender.example",
                        "header Subject: Undelivered mail returned to sender",
                        "header Date: Sun, 22 Nov 2026 08:00:00 +0000",
                        "header In-Reply-To: <1@sender.example>",
                        "header References: <1@sender.example>",
                        "header Auto-Submitted: auto-replied",
                        "header MIME-Version: 1.0",
                        "type multipart/report delivery-status",
                        "parts text/plain message/delivery-status message/rfc822",
                        "text This is the mail system at relay.example. Your mail could not be delivered to the recipients"
                                + " below, and will not be tried again. <bob@receiver.example> (you wrote to"
                                + " <robert@receiver.example>) The server mx1.receiver.example refused the recipient."
                                + " mx1.receiver.example said: 550 5.1.1 <bob@receiver.example>: there is nobody of this"
                                + " name here, and a reply can be longer than a line / as this one",
                        "group0 Original-Envelope-Id: envelope+17",
                        "group0 Reporting-MTA: dns; relay.example",
                        "group0 Arrival-Date: Fri, 20 Nov 2026 06:07:08 +0000",
                        "group0 X-Hikyaku-Queue-Id: 01J8QZK3M5P",
                        "group1 Original-Recipient: rfc822; robert@receiver.example",
                        "group1 Final-Recipient: rfc822; bob@receiver.example",
                        "group1 Action: failed",
                        "group1 Status: 5.1.1",
                        "group1 Remote-MTA: dns; mx1.receiver.example",
                        "group1 Diagnostic-Code: smtp; 550 5.1.1 <bob@receiver.example>: there is nobody of this name here,"
                                + " and a reply can be longer than a line / as this one",
                        "group1 Last-Attempt-Date: Sun, 22 Nov 2026 08:00:00 +0000")
                .containsSequence(returned(MAIL))
                .endsWith("bare 0 eight False long False")
                .noneMatch(l -> l.startsWith("defect"));
    }

    @Test
    @Tag("interop")
    void severalRecipientsAreSeveralGroups() throws IOException {
        Report other = new Report(
                Mailbox.parse("carol@receiver.example"),
                Optional.empty(),
                Action.FAILED,
                new EnhancedStatus(5, 4, 7),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "It was tried for five days.");

        List<String> seen = byPython(notice(
                original("alice@sender.example", Demand.ORDINARY, Optional.empty(), MAIL),
                Options.defaults(),
                failed(),
                other));

        assertThat(seen)
                .containsSequence(
                        "group1 Last-Attempt-Date: Sun, 22 Nov 2026 08:00:00 +0000",
                        "group2 Final-Recipient: rfc822; carol@receiver.example",
                        "group2 Action: failed",
                        "group2 Status: 5.4.7");
    }

    @Test
    @Tag("interop")
    void retHdrsReturnsTheHeaderAlone() throws IOException {
        String header = MAIL.substring(0, MAIL.indexOf("\r\n\r\n"));

        assertThat(byPython(failure(Demand.ORDINARY, Optional.of(Returned.HDRS))))
                .contains("parts text/plain message/delivery-status text/rfc822-headers")
                .containsSequence(returned(header))
                .noneMatch(l -> l.contains("The body"));
    }

    @Test
    void whatAsciiCannotSayIsSpelledOut() throws IOException {
        Report cut = new Report(
                Mailbox.parse("bob@receiver.example"),
                Optional.empty(),
                Action.FAILED,
                new EnhancedStatus(5, 0, 0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "The record 3 1 1 75fbb3b61a924fb6… is of another key.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        notice(original("alice@sender.example", Demand.ORDINARY, Optional.empty(), MAIL), Options.defaults(), cut)
                .writeTo(out, new java.util.Random(1));
        assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("3 1 1 75fbb3b61a924fb6... is of");
    }

    @Test
    @Tag("interop")
    void q8AMailWithRequireTlsComesBackAsHeaderAndItsNoticeDemandsItToo() throws IOException {
        DeliveryNotice notice = failure(Demand.REQUIRE_TLS, Optional.of(Returned.FULL));

        assertThat(notice.envelope().requireTls()).isTrue();
        assertThat(notice.demand()).isEqualTo(Demand.REQUIRE_TLS);
        assertThat(byPython(notice))
                .contains("parts text/plain message/delivery-status text/rfc822-headers")
                .anyMatch(l -> l.startsWith("text ") && l.endsWith("its header alone comes back here (RFC 8689)."))
                .noneMatch(l -> l.contains("The body"));
    }

    @Test
    void q8TheTagCanBeLeftOffBySetting() {
        DeliveryNotice notice = notice(
                original("alice@sender.example", Demand.REQUIRE_TLS, Optional.empty(), MAIL),
                new Options(false, 50_000),
                failed());

        assertThat(notice.envelope().requireTls()).isFalse();
        assertThat(notice.demand()).isEqualTo(Demand.ORDINARY);
        assertThat(notice.full()).as("the header alone all the same").isFalse();
    }

    @Test
    @Tag("interop")
    void q13TlsRequiredNoIsCopied() throws IOException {
        DeliveryNotice notice = failure(Demand.TLS_NOT_REQUIRED, Optional.empty());

        assertThat(notice.demand()).isEqualTo(Demand.TLS_NOT_REQUIRED);
        assertThat(byPython(notice)).contains("header TLS-Required: No");
        assertThat(byPython(failure(Demand.REQUIRE_TLS, Optional.empty()))).noneMatch(l -> l.contains("TLS-Required"));
    }

    @Test
    @Tag("interop")
    void aMailThatIsTooLongComesBackAsHeader() throws IOException {
        String mail = MAIL + "x".repeat(70).concat("\r\n").repeat(1000);
        Original original = original("alice@sender.example", Demand.ORDINARY, Optional.empty(), mail);

        assertThat(byPython(notice(original, Options.defaults(), failed())))
                .contains("parts text/plain message/delivery-status text/rfc822-headers")
                .anyMatch(l -> l.startsWith("text ")
                        && l.endsWith("Your mail is too long to be returned here; its header follows."));
        assertThat(byPython(notice(original, new Options(true, 100_000), failed())))
                .contains("parts text/plain message/delivery-status message/rfc822");
    }

    @Test
    @Tag("interop")
    void aDelaySaysHowLongItWillBeTried() throws IOException {
        Report delayed = new Report(
                Mailbox.parse("bob@receiver.example"),
                Optional.empty(),
                Action.DELAYED,
                new EnhancedStatus(4, 4, 1),
                Optional.empty(),
                Optional.empty(),
                Optional.of(NOW),
                Optional.of(Instant.parse("2026-11-25T06:07:08Z")),
                "mx1.receiver.example did not answer.");

        assertThat(byPython(notice(
                        original("alice@sender.example", Demand.ORDINARY, Optional.of(Returned.FULL), MAIL),
                        Options.defaults(),
                        delayed)))
                .contains(
                        "header Subject: Delayed mail (still being tried)",
                        "group1 Action: delayed",
                        "group1 Status: 4.4.1",
                        "group1 Will-Retry-Until: Wed, 25 Nov 2026 06:07:08 +0000",
                        "parts text/plain message/delivery-status text/rfc822-headers")
                .anyMatch(l -> l.contains("will be tried until Wed, 25 Nov 2026 06:07:08 +0000."));
    }

    @Test
    @Tag("interop")
    void successIsToldAsRelayedOrDelivered() throws IOException {
        for (Action action : List.of(Action.RELAYED, Action.DELIVERED, Action.EXPANDED)) {
            Report done = new Report(
                    Mailbox.parse("bob@receiver.example"),
                    Optional.empty(),
                    action,
                    new EnhancedStatus(2, 0, 0),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(NOW),
                    Optional.empty(),
                    "Done.");

            assertThat(byPython(notice(
                            original("alice@sender.example", Demand.ORDINARY, Optional.of(Returned.FULL), MAIL),
                            Options.defaults(),
                            done)))
                    .contains("header Subject: Delivery report")
                    .contains("group1 Action: " + action.name().toLowerCase(java.util.Locale.ROOT))
                    .contains("parts text/plain message/delivery-status text/rfc822-headers");
        }
    }

    @Test
    @Tag("interop")
    void rfc6533AnAddressBeyondAsciiIsToldInUtf8WhereTheWayBackCanCarryIt() throws IOException {
        String mail = MAIL.replace("=?utf-8?q?gr=C3=BC=C3=9Fe?=", "Grüße");
        Original original = new Original(
                "01J8QZK3M5P",
                Mailbox.parse("älice@sender.example"),
                Optional.empty(),
                Optional.of(Returned.FULL),
                Body.EIGHT_BIT_MIME,
                true,
                Demand.ORDINARY,
                ARRIVED,
                MailContent.of(mail.getBytes(StandardCharsets.UTF_8)));
        Report report = new Report(
                Mailbox.parse("用户@例子.example"),
                Optional.of(new Envelope.Original("utf-8", "用户2@例子.example")),
                Action.FAILED,
                new EnhancedStatus(5, 1, 1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "Nobody there.");
        DeliveryNotice notice = notice(original, Options.defaults(), report);

        assertThat(notice.smtpUtf8()).isTrue();
        assertThat(notice.body()).isEqualTo(Body.EIGHT_BIT_MIME);
        assertThat(byPython(notice))
                .contains(
                        "type multipart/report global-delivery-status",
                        "parts text/plain message/global-delivery-status message/global",
                        "group1 Original-Recipient: utf-8; 用户2@例子.example",
                        "group1 Final-Recipient: utf-8; 用户@例子.example",
                        "returned Subject: Grüße");
    }

    @Test
    @Tag("interop")
    void rfc6533AnAddressBeyondAsciiIsSpelledOutWhereTheWayBackCannot() throws IOException {
        Report report = new Report(
                Mailbox.parse("é+x@例.example"),
                Optional.empty(),
                Action.FAILED,
                new EnhancedStatus(5, 6, 7),
                Optional.empty(),
                Optional.of("550 non-ASCII: é"),
                Optional.empty(),
                Optional.empty(),
                "The server knows no SMTPUTF8.");

        assertThat(byPython(notice(
                        original("alice@sender.example", Demand.ORDINARY, Optional.empty(), MAIL),
                        Options.defaults(),
                        report)))
                .contains(
                        "group1 Final-Recipient: utf-8; \\x{E9}\\x{2B}x@\\x{4F8B}.example",
                        "group1 Diagnostic-Code: smtp; 550 non-ASCII: ?",
                        "bare 0 eight False long False");
    }

    @Test
    void aNoticeGoesToTheSenderUnderTheNullReversePath() {
        Envelope envelope = failure(Demand.ORDINARY, Optional.empty()).envelope();

        assertThat(envelope.sender()).isEmpty();
        assertThat(envelope.recipients())
                .containsExactly(new Envelope.Recipient(
                        Mailbox.parse("alice@sender.example"), Optional.of(Set.of()), Optional.empty()));
        assertThat(envelope.requireTls()).isFalse();
    }

    @Test
    void nothingFromOutsideMakesAFieldOfItsOwn() throws IOException {
        Report report = new Report(
                Mailbox.parse("bob@receiver.example"),
                Optional.of(new Envelope.Original("rfc822", "a\r\nX-Evil: 1")),
                Action.FAILED,
                new EnhancedStatus(5, 0, 0),
                Optional.of("mx\r\nX-Evil: 2"),
                Optional.of("550 a\r\nX-Evil: 3\u2028"),
                Optional.empty(),
                Optional.empty(),
                "b\r\nX-Evil: 4");
        Original original = new Original(
                "01J8QZK3M5P",
                Mailbox.parse("alice@sender.example"),
                Optional.of("x\r\nX-Evil: 5"),
                Optional.empty(),
                Body.SEVEN_BIT,
                false,
                Demand.ORDINARY,
                ARRIVED,
                MailContent.of("Message-ID: <a\r\n X-Evil: 6>\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

        String mail = new String(bytes(notice(original, Options.defaults(), report)), StandardCharsets.US_ASCII);

        assertThat(mail).doesNotContain("\nX-Evil").contains("/ X-Evil: 3");
    }

    @Test
    void aHeaderWithoutEndIsBounded() throws IOException {
        String endless = "X: y\r\n".repeat(100_000);
        MailHeader header = MailHeader.of(MailContent.of(endless.getBytes(StandardCharsets.US_ASCII)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        header.writeTo(out);

        assertThat(header.cut()).isTrue();
        assertThat(out.size()).isLessThanOrEqualTo(256 * 1024).isGreaterThan(255 * 1024);
        assertThat(out.toString(StandardCharsets.US_ASCII)).endsWith("y\r\n");
    }
}
