package org.hikyaku.relay.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaildirsTest {
    private static final Instant STARTED = Instant.parse("2026-11-22T08:00:00Z");
    private static final Mailbox BOB = Mailbox.parse("bob@example.org");

    @TempDir
    Path root;

    private Maildirs maildirs() {
        return new Maildirs(root.resolve("mail"), "mx.example", STARTED);
    }

    private static Maildirs.Delivery delivery(String id, Instant received, Body body) {
        return new Maildirs.Delivery(id, received, "alice@sender.example", Mailbox.parse("Bob+x@example.org"), body);
    }

    private List<Path> mails(String folder) throws IOException {
        try (Stream<Path> files =
                Files.list(root.resolve("mail/example.org/bob").resolve(folder))) {
            return files.sorted().toList();
        }
    }

    private static MailContent content(String text) {
        return MailContent.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aMailIsInNewWithItsTwoFieldsAndUnixLines() throws IOException {
        maildirs().deliver(BOB, delivery("ID1", STARTED, Body.SEVEN_BIT), content("Subject: x\r\n\r\nbody\r\n.\r\n"));

        assertThat(mails("tmp")).isEmpty();
        assertThat(mails("cur")).isEmpty();
        assertThat(mails("new")).singleElement().satisfies(mail -> {
            assertThat(Files.readString(mail)).isEqualTo("""
                            Return-Path: <alice@sender.example>
                            Delivered-To: Bob+x@example.org
                            Subject: x

                            body
                            .
                            """);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mail)))
                    .isEqualTo("rw-------");
            assertThat(mail.getFileName().toString()).matches("1795334400\\.QID1R[0-9a-f]{12}\\.mx\\.example");
        });
        for (String folder : List.of(".", "..", "new", "cur", "tmp")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            root.resolve("mail/example.org/bob").resolve(folder))))
                    .as(folder)
                    .isEqualTo("rwx------");
        }
        assertThat(maildirs().exists("bob", "example.org")).isTrue();
        assertThat(maildirs().exists("carol", "example.org")).isFalse();
    }

    @Test
    void binaryContentIsLeftAsItIs() throws IOException {
        maildirs().deliver(BOB, delivery("ID1", STARTED, Body.BINARY_MIME), content("A: b\r\n\r\n\r\r\n\n\0"));

        assertThat(Files.readString(mails("new").getFirst()))
                .endsWith("Delivered-To: Bob+x@example.org\r\nA: b\r\n\r\n\r\r\n\n\0");
    }

    @Test
    void whereverAContentIsCutItsLinesEndTheSame() throws IOException {
        String text = "a\r\nb\r\r\nc\rd\n\r\n\r";
        for (int cut = 0; cut <= text.length(); cut++) {
            String head = text.substring(0, cut);
            String tail = text.substring(cut);
            MailContent pieces = new MailContent() {
                @Override
                public long size() {
                    return text.length();
                }

                @Override
                public InputStream open() throws IOException {
                    return new SequenceInputStream(
                            content(head).open(), content(tail).open());
                }
            };
            maildirs().deliver(BOB, delivery("CUT" + cut, STARTED, Body.SEVEN_BIT), pieces);
        }

        assertThat(mails("new"))
                .hasSize(text.length() + 1)
                .allSatisfy(mail -> assertThat(Files.readString(mail)).endsWith("\na\nb\r\nc\rd\n\n\r"));
    }

    @Test
    void twiceTheSameDeliveryIsOneMail() throws IOException {
        Maildirs.Delivery delivery = delivery("ID1", STARTED.minusSeconds(5), Body.SEVEN_BIT);
        maildirs().deliver(BOB, delivery, content("A: b\r\n\r\n"));
        maildirs().deliver(BOB, delivery, content("A: b\r\n\r\n"));
        assertThat(mails("new")).hasSize(1);

        // a reader has seen it meanwhile
        Path mail = mails("new").getFirst();
        Files.move(mail, root.resolve("mail/example.org/bob/cur").resolve(mail.getFileName() + ":2,S"));
        maildirs().deliver(BOB, delivery, content("A: b\r\n\r\n"));
        assertThat(mails("new")).isEmpty();
    }

    @Test
    void twoRecipientsThatShareAMailboxAreTwoMails() throws IOException {
        maildirs().deliver(BOB, delivery("ID1", STARTED, Body.SEVEN_BIT), content("A: b\r\n\r\n"));
        maildirs()
                .deliver(BOB, new Maildirs.Delivery("ID1", STARTED, "", BOB, Body.SEVEN_BIT), content("A: b\r\n\r\n"));

        assertThat(mails("new")).hasSize(2);
    }

    @Test
    void contentThatCannotBeReadLeavesNothing() throws IOException {
        MailContent broken = new MailContent() {
            @Override
            public long size() {
                return 1;
            }

            @Override
            public InputStream open() throws IOException {
                throw new IOException("damaged");
            }
        };

        assertThatThrownBy(() -> maildirs().deliver(BOB, delivery("ID1", STARTED, Body.SEVEN_BIT), broken))
                .hasMessage("damaged");
        assertThat(mails("tmp")).isEmpty();
        assertThat(mails("new")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "bob, bob",
        "Bob, bob",
        "bob.smith, bob.smith",
        "., %2E",
        ".., %2E.",
        "../../etc, %2E.%2F..%2Fetc",
        ".hidden, %2Ehidden",
        "a/b, a%2Fb",
        "%2F, %252f",
        "\"a b\", %22a%20b%22",
        "用户, %E7%94%A8%E6%88%B7",
        "a\\b, a%5Cb",
        "a:b, a%3Ab",
    })
    void namesOfFolders(String name, String folder) {
        assertThat(Maildirs.encoded(name)).isEqualTo(folder);
    }

    @Test
    void noNameLeadsOutOfTheRoot() {
        Random random = new Random(7);
        String letters = "./\\%\0ab~$: \n*?é";
        for (int i = 0; i < 2000; i++) {
            StringBuilder name = new StringBuilder();
            for (int n = random.nextInt(1, 12); n > 0; n--) {
                name.append(letters.charAt(random.nextInt(letters.length())));
            }
            Path folder = maildirs().folder(name.toString(), name.toString());
            assertThat(folder.normalize()).as(name.toString()).startsWithRaw(root.resolve("mail"));
            assertThat(folder.normalize().getNameCount())
                    .isEqualTo(root.resolve("mail").getNameCount() + 2);
            assertThat(folder.normalize()).isEqualTo(folder);
        }
    }
}
