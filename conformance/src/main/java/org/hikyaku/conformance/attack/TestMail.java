package org.hikyaku.conformance.attack;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.mail.MailDates;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/**
 * The mail that attacker and sender quarrel about. It holds a word that no other mail holds: whoever shows the word has read
 * the mail.
 *
 * @param marker the word
 * @param content header and body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TestMail(String marker, byte[] content) {
    /** Where the money is to go, and where an attacker who may change the mail would have it go. */
    static final String ACCOUNT = "1111-2222";

    static final String ATTACKERS_ACCOUNT = "6666-6666";

    private static final String SENDER = "sender.example";

    static TestMail to(String domain, RandomGenerator random, Instant now) {
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        String marker = "kitsune-" + HexFormat.of().formatHex(bytes);
        String text = """
                Date: %s
                From: Aiko <aiko@%s>
                To: Bunta <bunta@%s>
                Subject: Invoice
                Message-ID: <%s@%s>

                The secret word is %s.
                Please pay to account %s.
                """.formatted(
                        MailDates.text(now),
                        SENDER,
                        domain,
                        HexFormat.of().toHexDigits(random.nextLong()),
                        SENDER,
                        marker,
                        ACCOUNT);
        return new TestMail(marker, text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    Consignment consignment(String domain, Demand demand, Instant now) {
        Envelope plain = Envelope.of(Mailbox.parse("aiko@" + SENDER), Mailbox.parse("bunta@" + domain));
        Envelope envelope = new Envelope(
                plain.sender(), plain.recipients(), Optional.empty(), Optional.empty(), demand == Demand.REQUIRE_TLS);
        return new Consignment(marker, domain, envelope, Body.SEVEN_BIT, false, demand, MailContent.of(content), now);
    }

    /** Whether these bytes are this mail, changed or not. */
    boolean isIn(byte[] mail) {
        return AttackerCapture.holds(mail, marker);
    }

    static boolean isChanged(byte[] mail) {
        return AttackerCapture.holds(mail, ATTACKERS_ACCOUNT);
    }
}
