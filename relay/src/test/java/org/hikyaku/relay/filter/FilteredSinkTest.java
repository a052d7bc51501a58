package org.hikyaku.relay.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.filter.FilteredSink.OnFailure;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.MailRefusedException;
import org.hikyaku.smtp.server.MailSink;
import org.hikyaku.smtp.server.Sender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A filter that plays a script: what it answers at the end, and what it leaves out. */
@Timeout(60)
class FilteredSinkTest {
    private static final String MAIL =
            "Received: from x\r\nSubject: one\r\n two\r\nX-Old: a\r\nX-Old: b\r\n\r\nbody\r\n";

    @TempDir
    Path folder;

    private ServerSocket listener = unbound();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Semaphore goodbyes = new Semaphore(0);
    private final List<String> taken = new ArrayList<>();
    private final List<IncomingMail> envelopes = new ArrayList<>();
    private int actions = 0x5f;
    private int steps;
    private List<byte[]> atEnd = List.of(packet('c'));
    private String earlyAt = "";
    private byte[] early = packet('c');

    private Thread accepting = Thread.ofVirtual().unstarted(() -> {});

    private static ServerSocket unbound() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        accepting = Thread.ofVirtual().start(() -> {
            while (true) {
                try (Socket socket = listener.accept()) {
                    play(socket);
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private static byte[] packet(char command, byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(command);
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] number(int number) {
        return new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    }

    private void play(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        while (true) {
            byte[] packet;
            try {
                packet = in.readNBytes(in.readInt());
            } catch (EOFException e) {
                return;
            }
            String text = new String(packet, StandardCharsets.UTF_8);
            heard.add(text.replace('\0', '|'));
            switch (text.charAt(0)) {
                case 'O' -> send(out, packet('O', number(6), number(actions), number(steps)));
                case 'D' -> {
                    // no answer
                }
                case 'Q' -> goodbyes.release();
                case 'E' -> {
                    for (byte[] answer : atEnd) {
                        send(out, answer);
                    }
                }
                default -> send(out, text.startsWith(earlyAt) && !earlyAt.isEmpty() ? early : packet('c'));
            }
        }
    }

    private static void send(DataOutputStream out, byte[] packet) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(number(packet.length));
        whole.writeBytes(packet);
        out.write(whole.toByteArray()); // in one piece: Nagle's algorithm would hold the second back
    }

    private final class Recording implements MailSink {
        @Override
        public Draft begin(Client client, IncomingMail mail) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new Draft() {
                @Override
                public OutputStream content() {
                    return bytes;
                }

                @Override
                public String commit(Body body) {
                    taken.add(bytes.toString(StandardCharsets.ISO_8859_1));
                    envelopes.add(mail);
                    return "1 " + body;
                }

                @Override
                public void close() {
                    // nothing to give back
                }
            };
        }
    }

    /** Of the disk that large mails wait on. */
    private long keepFree;

    private String send(String content) throws IOException {
        return send(content, OnFailure.DEFER);
    }

    private String send(String content, OnFailure onFailure) throws IOException {
        FilteredSink sink = new FilteredSink(
                new Recording(),
                new SystemNetwork(),
                new FilteredSink.Options(
                        List.of((InetSocketAddress) listener.getLocalSocketAddress()),
                        Duration.ofSeconds(20),
                        onFailure,
                        "mx.own.example",
                        folder,
                        keepFree,
                        1 << 20));
        Client client = new Client(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4025),
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 25),
                Optional.of("client.example"),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Client.Login("rosa", org.hikyaku.smtp.sasl.SaslMechanism.PLAIN)));
        Sender sender = new Sender(
                Optional.of(Mailbox.parse("a@b.example")),
                0,
                Body.SEVEN_BIT,
                false,
                Optional.empty(),
                Optional.empty(),
                false);
        IncomingMail mail = new IncomingMail(
                sender,
                List.of(
                        new Envelope.Recipient(Mailbox.parse("c@d.example"), Optional.empty(), Optional.empty()),
                        new Envelope.Recipient(Mailbox.parse("e@f.example"), Optional.empty(), Optional.empty())));
        try (MailSink.Draft draft = sink.begin(client, mail)) {
            draft.content().write(content.getBytes(StandardCharsets.ISO_8859_1));
            return draft.commit(Body.SEVEN_BIT);
        }
    }

    @Test
    void everyStepIsToldAndAnUnchangedMailKeepsEveryByte() throws Exception {
        assertThat(send(MAIL)).isEqualTo("1 SEVEN_BIT");

        goodbyes.acquire();
        assertThat(taken).containsExactly(MAIL);
        assertThat(heard.stream().filter(s -> !s.startsWith("O")).toList())
                .contains(
                        "C[192.0.2.7]|4\u000f\ufffd192.0.2.7|",
                        "Hclient.example|",
                        "DM{auth_authen}|rosa|{auth_type}|PLAIN|{mail_addr}|a@b.example|",
                        "M<a@b.example>|",
                        "R<c@d.example>|",
                        "R<e@f.example>|",
                        "T",
                        "LSubject|one\n two|",
                        "LX-Old|b|",
                        "N",
                        "Bbody\r\n",
                        "E",
                        "Q");
    }

    @Test
    void stepsThatTheFilterLeavesOutAreNotTold() throws Exception {
        steps = 0x01 | 0x02 | 0x08 | 0x20 | 0x40 | 0x200;
        send(MAIL);

        goodbyes.acquire();
        assertThat(heard.stream().map(s -> s.charAt(0)).toList()).containsExactly('O', 'D', 'M', 'B', 'E', 'Q');
    }

    @Test
    void aValueKeepsItsBlankWhereTheFilterWantsItSo() throws Exception {
        steps = 0x10_0000;
        atEnd = List.of(packet('h', text("X-New"), text(" as it is")), packet('c'));
        send(MAIL);

        assertThat(heard).contains("LSubject| one\n two|");
        assertThat(taken.getFirst()).contains("\r\nX-New: as it is\r\n\r\nbody");
    }

    @Test
    void fieldsAreAddedPutInChangedAndTakenOut() throws Exception {
        atEnd = List.of(
                packet('p'),
                packet('h', text("X-New"), text("1\n\tgoes on")),
                packet('i', number(1), text("DKIM-Signature"), text("v=1; b=abc")),
                packet('m', number(2), text("x-old"), text("c")),
                packet('m', number(1), text("X-Old"), text("")),
                packet('m', number(1), text("X-None"), text("made")),
                packet('a')); // as opendkim ends
        send(MAIL);

        assertThat(taken)
                .containsExactly(String.join(
                        "\r\n",
                        "DKIM-Signature: v=1; b=abc",
                        "Received: from x",
                        "Subject: one",
                        " two",
                        "x-old: c",
                        "X-New: 1",
                        "\tgoes on",
                        "X-None: made",
                        "",
                        "body",
                        ""));
    }

    /** Whatever a filter says can neither end the header nor begin another field. */
    @Test
    void aValueEndsNoField() throws Exception {
        atEnd = List.of(packet('h', text("X-New"), text("1\r\n\r\nBcc: x\n\nend")), packet('c'));
        send(MAIL);

        assertThat(taken.getFirst()).contains("\r\nX-New: 1\r\n\tBcc: x\r\n\tend\r\n\r\nbody\r\n");
    }

    @Test
    void anotherBodyHasStrictLineEndsAndNamesItsBytes() throws Exception {
        atEnd = List.of(
                packet('b', "one\ntwo\r".getBytes(StandardCharsets.US_ASCII)),
                packet('b', "\nthree\r\rcaf\u00e9".getBytes(StandardCharsets.UTF_8)),
                packet('c'));
        assertThat(send(MAIL)).isEqualTo("1 EIGHT_BIT_MIME");
        assertThat(taken.getFirst()).endsWith("X-Old: b\r\n\r\none\r\ntwo\r\nthree\r\n\r\ncaf\u00c3\u00a9\r\n");
    }

    @Test
    void theEnvelopeIsChanged() throws Exception {
        atEnd = List.of(
                packet('+', text("<g@h.example>")),
                packet('-', text("<C@d.example>")),
                packet('e', text("<z@b.example>")),
                packet('c'));
        send(MAIL);

        assertThat(envelopes.getFirst().recipients())
                .extracting(r -> r.address().toString())
                .containsExactly("e@f.example", "g@h.example");
        assertThat(envelopes.getFirst().sender()).hasToString("<z@b.example>");
        assertThat(taken).containsExactly(MAIL);
    }

    @Test
    void aLargeMailGoesThroughAFileThatLeavesNothingBehind() throws Exception {
        String large = MAIL + ("x".repeat(70) + "\r\n").repeat(5000);
        atEnd = List.of(packet('h', text("X-New"), text("1")), packet('c'));
        send(large);

        assertThat(taken.getFirst()).isEqualTo(large.replace("\r\n\r\nbody", "\r\nX-New: 1\r\n\r\nbody"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void whatAFilterRefusesIsRefusedInItsWords() {
        atEnd = List.of(packet('y', text("554 5.7.1 no spam here")));
        assertThatThrownBy(() -> send(MAIL))
                .isInstanceOf(MailRefusedException.class)
                .hasMessage("554 5.7.1 no spam here");

        earlyAt = "R<e@f.example>";
        early = packet('t');
        assertThatThrownBy(() -> send(MAIL))
                .isInstanceOf(MailRefusedException.class)
                .hasMessageStartingWith("451 4.7.1");
        early = packet('r');
        assertThatThrownBy(() -> send(MAIL))
                .isInstanceOf(MailRefusedException.class)
                .hasMessageStartingWith("550 5.7.1");
        assertThat(taken).isEmpty();
    }

    @Test
    void acceptAndDiscardBeforeTheEnd() throws Exception {
        earlyAt = "LSubject";
        early = packet('a');
        assertThat(send(MAIL)).isEqualTo("1 SEVEN_BIT");
        assertThat(heard).noneMatch(s -> s.startsWith("E"));

        early = packet('d');
        send(MAIL);
        assertThat(taken).hasSize(1);
    }

    /** SMFIR_SKIP. */
    @Test
    void noMoreOfTheBodyIsSentThanIsWanted() throws Exception {
        earlyAt = "B";
        early = packet('s');
        send(MAIL + "x".repeat(200_000) + "\r\n");

        assertThat(heard.stream().filter(s -> s.startsWith("B"))).hasSize(1);
        assertThat(taken).hasSize(1);
    }

    @Test
    void aFilterThatTalksNonsensePutsMailOff() {
        for (byte[] answer : List.of(
                packet('Z'),
                packet('h', text("only a name")),
                packet('h', text("no name"), text("x")),
                packet('i', new byte[] {0, 0}),
                packet('+', text("<none>")),
                packet('y', text("hello")),
                packet('y', text("550 x\r\n250 y\u0007")))) {
            atEnd = List.of(answer, packet('c'));
            assertThatThrownBy(() -> send(MAIL))
                    .as(new String(answer, StandardCharsets.US_ASCII))
                    .isInstanceOf(MailRefusedException.class)
                    .hasMessageStartingWith("451 4.3.0");
        }
        actions = 0x20;
        assertThatThrownBy(() -> send(MAIL)).hasMessageStartingWith("451 4.3.0");
        assertThat(taken).isEmpty();
    }

    @Test
    void aFilterThatIsNotThere() throws Exception {
        listener.close();
        accepting.join(); // one that waits in accept may take a connection even now
        assertThatThrownBy(() -> send(MAIL))
                .isInstanceOf(MailRefusedException.class)
                .hasMessageStartingWith("451 4.3.0");
        assertThat(send(MAIL, OnFailure.ACCEPT)).isEqualTo("1 SEVEN_BIT");
        assertThat(taken).containsExactly(MAIL);
    }

    @Test
    void aLargeMailLeavesTheRoomThatTheQueueKeepsFree() throws Exception {
        keepFree = Long.MAX_VALUE; // more than any disk has
        assertThatThrownBy(() -> send("Subject: x\r\n\r\n" + "y".repeat(80) + "\r\n".repeat(Spool.IN_MEMORY)))
                .isInstanceOfSatisfying(
                        MailRefusedException.class,
                        e -> assertThat(e.reply().code()).isEqualTo(452));
        assertThat(taken).isEmpty();
    }

    @Test
    void aMailWithoutAHeaderAndOneWithoutABody() throws Exception {
        atEnd = List.of(packet('h', text("X-New"), text("1")), packet('c'));
        send("just text\r\n");
        send("Subject: x\r\n");
        send("");

        assertThat(taken)
                .containsExactly("X-New: 1\r\n\r\njust text\r\n", "Subject: x\r\nX-New: 1\r\n", "X-New: 1\r\n");
    }
}
