package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.smtp.StreamConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes behind DATA, however the network cuts it. */
class ContentReaderTest {

    /** A client that has said all this, in pieces of these sizes in turn. */
    static Connection said(byte[] bytes, int first, int next) {
        ByteArrayInputStream all = new ByteArrayInputStream(bytes);
        int[] size = {first};
        InputStream in = new InputStream() {
            @Override
            public int read() {
                return all.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = all.read(into, offset, Math.min(length, Math.max(1, size[0])));
                size[0] = next;
                return count;
            }
        };
        return new StreamConnection(in, OutputStream.nullOutputStream());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a^.^               | a^        | ok",
                ".^                 | ''        | ok",
                "^.^                | ^         | ok",
                "..^.^              | .^        | ok",
                "..a^b^.c^.^        | .a^b^c^   | ok",
                ".a^.^              | a^        | ok",
                "...^.^             | ..^       | ok",
                "a.^.^              | a.^       | ok",
                "a^..^.^            | a^.^      | ok",
                "a\\n.^.^           | -         | LF",
                "a\\r.^.^           | -         | CR",
                "a^.\\n^.^          | -         | LF",
                "a^.\\r^.^          | -         | CR",
                "\\r^.^             | -         | CR",
                "\\n^.^             | -         | LF",
                "a\\0^.^            | -         | zero",
                "0123456789^.^      | 0123456789^ | ok",
                "01234567890^.^     | -         | 10 bytes in a line",
                "a^01234567890^.^   | -         | 10 bytes in a line",
                "a^b^c^d^e^f^g^.^   | -         | 20 bytes in a mail",
                "a^b^c^d^e^..^f^.^  | a^b^c^d^e^.^f^ | ok20",
            })
    void data(String wire, String content, String says) throws Exception {
        byte[] bytes = (bytes(wire) + "REST").getBytes(StandardCharsets.ISO_8859_1);
        String expected = bytes(content);
        int size = says.equals("ok20") ? 21 : 20;
        for (int first = 1; first <= bytes.length; first++) {
            for (int next : new int[] {1, 2, 1000}) {
                ServerChannel channel = new ServerChannel(said(bytes, first, next), Duration.ofSeconds(1));
                ByteArrayOutputStream kept = new ByteArrayOutputStream();
                ContentReader reader = reader(channel, size);
                reader.data(kept);
                String as = "first " + first + ", then " + next;
                if (says.startsWith("ok")) {
                    assertThat(reader.fault()).as(as).isEmpty();
                    assertThat(kept.toString(StandardCharsets.ISO_8859_1))
                            .as(as)
                            .isEqualTo(expected);
                    assertThat(reader.total()).as(as).isEqualTo(expected.length());
                } else {
                    assertThat(reader.fault().orElseThrow().text()).as(as).contains(says);
                }
                assertThat(rest(channel)).as(as).isEqualTo("REST");
            }
        }
    }

    /** Chunks cut at every place are the same content. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a^.^b^     | ok",
                "a^^        | ok",
                "no end     | ok",
                "a\\nb      | LF",
                "a\\rb      | CR",
                "a\\r       | CR",
                "a\\0b      | zero",
                "01234567890 | 10 bytes in a line",
            })
    void chunks(String wire, String says) throws Exception {
        String content = bytes(wire);
        byte[] all = content.getBytes(StandardCharsets.ISO_8859_1);
        for (int cut = 0; cut <= all.length; cut++) {
            ServerChannel channel = new ServerChannel(
                    said((content + "REST").getBytes(StandardCharsets.ISO_8859_1), 2, 3), Duration.ofSeconds(1));
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            ContentReader reader = reader(channel, 1000);
            reader.chunk(kept, cut, false);
            reader.chunk(kept, all.length - cut, false);
            reader.chunksEnd(false);
            if (says.equals("ok")) {
                assertThat(reader.fault()).as("cut at %d", cut).isEmpty();
                assertThat(kept.toByteArray()).isEqualTo(all);
            } else {
                assertThat(reader.fault().orElseThrow().text())
                        .as("cut at %d", cut)
                        .contains(says);
            }
            assertThat(rest(channel)).isEqualTo("REST");
        }
    }

    private static String bytes(String shown) {
        return shown.replace("^", "\r\n")
                .replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\0", "\0");
    }

    static ContentReader reader(ServerChannel channel, long size) {
        ServerLimits usual = ServerLimits.defaults().withMessageSize(size);
        ServerLimits limits = new ServerLimits(
                usual.commandLine(),
                new org.hikyaku.net.Limit("bytes in a line of the mail", 10),
                usual.messageSize(),
                usual.recipients(),
                usual.mails(),
                usual.commands(),
                usual.errors(),
                usual.connections(),
                usual.perAddress(),
                usual.handshakes());
        return new ContentReader(channel, limits, ServerTimes.defaults(), System::nanoTime);
    }

    private static String rest(ServerChannel channel) throws IOException {
        StringBuilder rest = new StringBuilder();
        while (rest.length() < 4) {
            if (channel.buffered() == 0) {
                try {
                    channel.more(Deadline.after(Duration.ofSeconds(1)));
                } catch (EOFException e) {
                    break;
                }
            }
            int from = channel.from();
            rest.append(new String(channel.buffer(), from, channel.to() - from, StandardCharsets.ISO_8859_1));
            channel.readUpTo(channel.to());
        }
        return rest.toString();
    }
}
