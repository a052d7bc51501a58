package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every sequence that some server has been seen to take for the end of a mail (SEC Consult, December 2023, with CVE-2023-51764,
 * -51765, -51766, and those tried against other servers since): a mail with one of them is refused whole, and nothing of what
 * follows it is read as a command.
 */
class SmuggledMailTest {
    private static final String SECOND =
            "MAIL FROM:<admin@bank.example>\r\nRCPT TO:<victim@b.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n.\n",
                "\n.\r\n",
                "\r\n.\n",
                "\r.\r",
                "\r.\r\n",
                "\r\n.\r",
                "\n.\r",
                "\r.\n",
                "\r\n\0.\r\n",
                "\r\n.\0\r\n",
                "\r\n.\r\0\n",
                "\0\r\n.\n",
                "\r\r\n.\r\r\n",
                "\r\n.\r\r\n",
                "\r\r\n.\r\n\n",
                "\n\n.\n\n",
                "\r\n.\n\r\n",
                "\n\r.\n\r",
                "\r\n.\n\n",
                "\r\n..\n",
                "\r\n.\r\r",
                "\r.\r\r\n",
                "\n.\n\r\n.\n",
            })
    void aFalseEndOfAMailEndsNothing(String falseEnd) throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            client.raw("Subject: first\r\n\r\nbody" + falseEnd + SECOND + "\r\n.\r\n");
            assertThat(client.reply().toString())
                    .matches("550 5\\.(5\\.2|6\\.0) .*")
                    .containsAnyOf("LF", "zero");
            assertThat(server.parts.taken).isEmpty();
            boolean stray = !falseEnd.replace("\r\n", "").matches("[\0.]*");
            if (stray) {
                // Nothing more is taken from one who lets such a mail through.
                assertThat(client.reply().code()).isEqualTo(421);
                assertThat(client.over()).isTrue();
            } else {
                // In step: the next reply belongs to the next command.
                assertThat(client.ask("NOOP")).startsWith("250 2.0.0");
            }
            assertThat(server.parts.taken).isEmpty();
        }
    }

    /** What follows the true end is a command, as RFC 2920 lets it be; both sides agree on that. */
    @Test
    void theTrueEndIsTheOnlyOne() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            client.raw("Subject: first\r\n\r\n..\r\n. \r\n.x\r\n.\r\nNOOP\r\n");
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(server.parts.taken.getFirst().content()).isEqualTo("Subject: first\r\n\r\n.\r\n \r\nx\r\n");
        }
    }

    /** In chunks no end is looked for; but what would be a false end in the next server's DATA is refused here. */
    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\n.\r"})
    void chunksAreNoWayRound(String falseEnd) throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            String content = "Subject: first\r\n\r\nbody" + falseEnd + SECOND + "\r\n";
            assertThat(client.raw("BDAT " + content.length() + " LAST\r\n" + content)
                            .reply()
                            .toString())
                    .startsWith("550 5.5.2");
            assertThat(server.parts.taken).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP\n", "NOOP\rNOOP\r\n", "NOOP\nNOOP\r\n", "NO\0OP\r\n", "NOOP\r\r\n"})
    void commandsEndWithCrLfToo(String line) throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.raw(line).reply().toString()).startsWith("500 5.5.2");
        }
    }

    /** RFC 2920 section 3.1: content that comes before 354, behind a DATA that is refused, is not read as commands. */
    @Test
    void contentThatWasNotAskedForEndsTheSession() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            client.raw("MAIL FROM:<a@a.example>\r\nRCPT TO:<nobody@b.example>\r\nDATA\r\n" + SECOND + "\r\n.\r\n");
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().code()).isEqualTo(550);
            assertThat(client.reply().code()).isEqualTo(554);
            assertThat(client.reply().code()).isEqualTo(421);
            assertThat(client.over()).isTrue();
            assertThat(server.parts.taken).isEmpty();
        }
    }

    /** A web page that posts its form to port 25. */
    @Test
    void aBrowserGetsNowhere() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client()) {
            var _ = client.reply();
            assertThat(client.ask("POST / HTTP/1.1")).startsWith("421 4.7.0");
            assertThat(client.over()).isTrue();
        }
    }
}
