package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.hikyaku.capture.talk.Mail;
import org.hikyaku.capture.tcp.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailFileTest {
    @TempDir
    private Path folder = Path.of("");

    private final Endpoint client = new Endpoint(0, 0xffff_c000_0201L, 40000);
    private final Endpoint server = new Endpoint(0, 0xffff_c000_0219L, 25);

    /** More than is kept in memory, in pieces of any length. */
    @Test
    void aLongMailIsWrittenByteByByte() throws IOException {
        Random random = new Random(25);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        MailFile file = new MailFile(folder, "c1-m1");
        byte[] piece = new byte[100_000];
        while (expected.size() < 2_000_000) {
            random.nextBytes(piece);
            int offset = random.nextInt(1000);
            int length = random.nextInt(piece.length - offset);
            expected.write(piece, offset, length);
            file.write(piece, offset, length);
        }
        file.end(client, server, mail(expected.size()));
        assertThat(Files.readAllBytes(folder.resolve("c1-m1.eml"))).isEqualTo(expected.toByteArray());
        assertThat(folder.resolve("c1-m1.envelope")).hasContent("""
                        MAIL FROM:<a@c>
                        RCPT TO:<b@mx>
                        client: 192.0.2.1:40000
                        server: 192.0.2.25:25
                        encrypted: yes
                        accepted: yes
                        complete: yes
                        frame: 7
                        """);
        assertThat(Files.getPosixFilePermissions(folder.resolve("c1-m1.eml"))).hasSize(2);
    }

    @Test
    void aDiscardedMailLeavesNothing() throws IOException {
        MailFile file = new MailFile(folder, "c1-m1");
        file.write(new byte[300_000], 0, 300_000);
        file.discard();
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private static Mail mail(long size) {
        return new Mail("a@c", List.of("b@mx"), size, true, true, true, 7, 0);
    }
}
