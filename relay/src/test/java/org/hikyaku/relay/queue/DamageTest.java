package org.hikyaku.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hikyaku.relay.queue.QueueFixture.add;
import static org.hikyaku.relay.queue.QueueFixture.ids;
import static org.hikyaku.relay.queue.QueueFixture.text;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes that are not what was written, and the format as it is described. */
@Timeout(60)
class DamageTest {
    private final QueueFixture fixture = new QueueFixture();
    private QueueId first = new QueueId(0);
    private QueueId second = new QueueId(0);
    private QueueId third = new QueueId(0);

    /** Three mails in one segment; how far the second begins. */
    private void three() throws IOException {
        try (MailQueue queue = fixture.open()) {
            first = add(queue, "first-content", "a@a.example");
            second = add(queue, "second-content", "b@b.example");
            third = add(queue, "third-content", "c@c.example");
        }
    }

    private void dropDigest() throws IOException {
        fixture.files.delete(fixture.file(".digest"));
    }

    private int position(String text) throws IOException {
        String all = new String(fixture.files.bytes(fixture.file(".log")), StandardCharsets.ISO_8859_1);
        assertThat(all).contains(text);
        return all.indexOf(text);
    }

    private void secondIsLostAndTheOthersAreServed() throws IOException {
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).containsExactly(first, third);
            assertThat(text(queue, first)).isEqualTo("first-content");
            assertThat(text(queue, third)).isEqualTo("third-content");
            assertThat(queue.find(second)).isEmpty();
            QueueId fourth = add(queue, "fourth", "d@d.example");
            assertThat(fourth).isGreaterThan(third);
        }
    }

    @Test
    void damagedContentIsPassedOver() throws Exception {
        three();
        dropDigest();
        fixture.files.damage(fixture.file(".log"), position("second-content") + 3);
        secondIsLostAndTheOthersAreServed();
    }

    @Test
    void damagedMetaDataIsPassedOver() throws Exception {
        three();
        dropDigest();
        fixture.files.damage(fixture.file(".log"), position("b.example"));
        secondIsLostAndTheOthersAreServed();
    }

    @Test
    void aDamagedHeadIsPassedOverByTheSaltOfTheNext() throws Exception {
        three();
        dropDigest();
        fixture.files.damage(fixture.file(".log"), position("first-content") + "first-content".length() + 13);
        secondIsLostAndTheOthersAreServed();
    }

    @Test
    void aDamagedHeadOfTheSegmentLosesNothing() throws Exception {
        three();
        fixture.files.damage(fixture.file(".log"), 20);
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).containsExactly(first, second, third);
        }
    }

    @Test
    void aDamagedDigestIsMadeAnew() throws Exception {
        three();
        fixture.files.damage(fixture.file(".digest"), 50);
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).containsExactly(first, second, third);
        }
    }

    @Test
    void aMailWhoseContentProvesDamagedIsHeldAndTheOthersGoOn() throws Exception {
        three();
        fixture.files.damage(fixture.file(".log"), position("second-content") + 3);
        try (MailQueue queue = fixture.open()) {
            assertThat(queue.figures().mails()).isEqualTo(3);
            Due due = queue.due(_ -> 5);
            int served = 0;
            for (Optional<Parcel> next = due.take(Duration.ZERO); next.isPresent(); next = due.take(Duration.ZERO)) {
                try (Parcel parcel = next.get()) {
                    parcel.settle(List.of(new Settlement.Delivered(0)));
                    served++;
                }
            }
            assertThat(served).isEqualTo(2);
            fixture.clock.pass(Duration.ofHours(1));
            assertThat(due.take(Duration.ZERO)).isEmpty();
            assertThat(queue.figures().held()).isEqualTo(1);
            assertThat(queue.remove(second)).isTrue();
        }
    }

    @Test
    void aLargeMailWhoseFileIsDamagedIsCutOffBeforeTheDamageAndHeld() throws Exception {
        try (MailQueue queue = fixture.open()) {
            first = add(queue, new byte[500_000], "a@a.example");
            fixture.files.damage(fixture.file(".body"), 300_000);
            try (Parcel parcel = queue.due(_ -> 1).take(Duration.ZERO).orElseThrow()) {
                try (InputStream in = parcel.content().open()) {
                    assertThat(in.readNBytes(200_000)).isEqualTo(new byte[200_000]);
                    assertThatThrownBy(in::readAllBytes)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("CRC32C");
                }
            }
            assertThat(queue.find(first).orElseThrow().held().orElseThrow()).contains("cannot be read");
        }
    }

    @Test
    void aLargeMailWhoseFileIsGoneIsHeld() throws Exception {
        try (MailQueue queue = fixture.open()) {
            first = add(queue, new byte[500_000], "a@a.example");
            fixture.files.delete(fixture.file(".body"));
            assertThatThrownBy(() -> queue.content(first).open()).isInstanceOf(IOException.class);
            assertThat(queue.find(first).orElseThrow().held()).isPresent();
        }
    }

    @Test
    void aRecordInsideAMailIsNotTakenForOne() throws Exception {
        // a segment's bytes, sent as the content of a mail whose own head is then damaged
        three();
        byte[] bytes = fixture.files.bytes(fixture.file(".log"));
        QueueFixture other = new QueueFixture();
        QueueId carrier;
        try (MailQueue queue =
                SegmentQueue.open(QueueFixture.OPTIONS, other.files, other.clock, other.clock::nanos, new Random(77))) {
            carrier = add(queue, bytes, "victim@a.example");
        }
        other.files.delete(other.file(".digest"));
        other.files.damage(other.file(".log"), SegmentHead.BYTES + 12);
        try (MailQueue queue = other.open()) {
            assertThat(queue.find(carrier)).isEmpty();
            assertThat(ids(queue)).isEmpty();
        }
    }

    @Test
    void aNewerFormatIsNotTouched() throws Exception {
        three();
        byte[] bytes = fixture.files.bytes(fixture.file(".log"));
        ByteBuffer head = ByteBuffer.wrap(bytes);
        head.putInt(8, 2);
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, 60);
        head.putInt(60, (int) sum.getValue());
        fixture.files.put(fixture.file(".log"), bytes);
        assertThatThrownBy(fixture::open).isInstanceOf(IOException.class).hasMessageContaining("version 2");
        assertThat(fixture.files.bytes(fixture.file(".log"))).isEqualTo(bytes);
    }

    @Test
    void aSegmentWrittenByHandIsRead() throws Exception {
        handWritten(new byte[0], Optional.empty());
    }

    @Test
    void whatTheContentAsksOfAServerIsRead() throws Exception {
        ByteBuffer kept = ByteBuffer.allocate(17).put((byte) 2).putLong(1).putLong(60);
        handWritten(kept.array(), Optional.of(new ContentScan(1, 0, 0, 0, false, true, false, false, 60)));
        ByteBuffer bare = ByteBuffer.allocate(41).put((byte) 29).putLong(1).putLong(60);
        bare.putLong(7).putLong(8).putLong(9);
        handWritten(bare.array(), Optional.of(new ContentScan(1, 7, 8, 9, true, false, true, true, 60)));
    }

    /** A segment with one mail, and these bytes behind its envelope. */
    private void handWritten(byte[] behind, Optional<ContentScan> scan) throws Exception {
        // CRC-32C of "123456789" as RFC 3720 and all others have it
        assertThat(sum("123456789".getBytes(US_ASCII))).isEqualTo(0xE3069283);

        ByteArrayOutputStream meta = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(meta);
        out.writeLong(1234567); // id
        out.writeLong(5); // size
        out.writeByte(0); // in the record
        out.writeInt(1); // recipients
        out.writeInt(1); // destinations
        packed(out, "b.example");
        out.writeByte(1); // a sender
        packed(out, "anna");
        packed(out, "a.example");
        out.writeInt(1);
        packed(out, "bert");
        packed(out, "B.example");
        out.writeByte(0xFF); // NOTIFY not given
        out.writeByte(0); // no ORCPT
        out.writeByte(2); // RET=HDRS
        out.writeByte(1);
        packed(out, "env-1");
        out.writeByte(0); // no REQUIRETLS
        out.writeByte(1); // 8BITMIME
        out.writeByte(0); // no SMTPUTF8
        out.writeByte(2); // TLS-Required: No
        out.writeLong(1_700_000_000L);
        out.writeInt(5);
        out.writeByte(0); // no user
        packed(out, "here");
        out.write(behind);

        ByteBuffer file = ByteBuffer.allocate(64 + 32 + meta.size() + 5);
        file.put("HIKYAKUQ".getBytes(US_ASCII))
                .putInt(1)
                .putInt(1)
                .putLong(0xC0FFEE)
                .putLong(77);
        file.putInt(60, sum(file.array(), 0, 60));
        file.position(64).putLong(0xC0FFEE).put((byte) 1).put(new byte[3]);
        file.putInt(meta.size()).putInt(5).putInt(sum(meta.toByteArray())).putInt(sum("hello".getBytes(US_ASCII)));
        file.putInt(sum(file.array(), 64, 28));
        file.put(meta.toByteArray()).put("hello".getBytes(US_ASCII));
        fixture.files = new ForgetfulFiles(new Random(1));
        fixture.files.put("00000001.log", file.array());

        try (MailQueue queue = fixture.open()) {
            QueuedMail mail = queue.find(new QueueId(1234567)).orElseThrow();
            assertThat(mail.envelope())
                    .isEqualTo(new QueuedEnvelope(
                            new Envelope(
                                    Optional.of(Mailbox.parse("anna@a.example")),
                                    List.of(Envelope.Recipient.of(Mailbox.parse("bert@B.example"))),
                                    Optional.of(Envelope.Returned.HDRS),
                                    Optional.of("env-1"),
                                    false),
                            Body.EIGHT_BIT_MIME,
                            false,
                            Demand.TLS_NOT_REQUIRED,
                            Instant.ofEpochSecond(1_700_000_000L, 5),
                            Optional.empty(),
                            "here"));
            assertThat(QueueFixture.text(queue, mail.id())).isEqualTo("hello");
            assertThat(queue.content(mail.id()).scan()).isEqualTo(scan);
        }
    }

    private static void packed(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static int sum(byte[] bytes) {
        return sum(bytes, 0, bytes.length);
    }

    private static int sum(byte[] bytes, int offset, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, offset, length);
        return (int) sum.getValue();
    }
}
