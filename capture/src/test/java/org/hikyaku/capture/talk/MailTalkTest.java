package org.hikyaku.capture.talk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.smtp.EhloReply;
import org.junit.jupiter.api.Test;

/** SMTP, IMAP and POP3 as they pass; what is expected is written by hand from the RFCs. */
class MailTalkTest {

    @Test
    void pipelinedCommandsFindTheirReplies() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("EHLO c\r\n")
                .server("250-mx\r\n250 PIPELINING\r\n")
                .client("MAIL FROM:<a@c.example> SIZE=3\r\nRCPT TO:<good@mx>\r\nRCPT TO:<bad@mx>\r\nDATA\r\n")
                .server("250 ok\r\n250 ok\r\n550 no such user\r\n354 go\r\n")
                .client("x\r\n..y\r\n.\r\nQUIT\r\n")
                .server("250 taken\r\n221 bye\r\n");
        assertThat(scene.end()).contains("C: RCPT TO:<bad@mx>", "S: 550 no such user", "C: ..y", "C: QUIT");
        assertThat(scene.mails).hasSize(1);
        Mail mail = scene.mails.getFirst();
        assertThat(mail.from()).isEqualTo("a@c.example");
        assertThat(mail.recipients()).containsExactly("good@mx");
        assertThat(scene.messages.getFirst()).isEqualTo("x\r\n.y\r\n");
        assertThat(mail.accepted()).isTrue();
        assertThat(mail.complete()).isTrue();
    }

    /** What nobody asked for must not become the name or an extension of a server that is judged. */
    @Test
    void linesThatCameUnaskedAreNoneOfALaterReply() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("HELO c\r\n")
                .server("250 mx\r\n250-stray.example\r\n")
                .client("NOOP\r\n")
                .server("250 ok\r\n")
                .client("EHLO c\r\n")
                .server("250-mx.example\r\n250 SIZE 1000\r\n");
        scene.end();
        EhloReply reply = scene.smtp().flatMap(SmtpOpening::inside).orElseThrow();
        assertThat(reply.greeting()).isEqualTo("mx ESMTP");
        assertThat(reply.name()).isEqualTo("mx.example");
        assertThat(reply.extensions()).containsOnlyKeys("SIZE");
    }

    /** RFC 3030: chunks may hold anything, also a line with a dot, and need no line end. */
    @Test
    void chunksOfBdatMakeOneMail() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("EHLO c\r\n")
                .server("250 CHUNKING\r\n")
                .client("MAIL FROM:<>\r\nRCPT TO:<b@mx>\r\n")
                .server("250 ok\r\n250 ok\r\n")
                .client("BDAT 7\r\nSub")
                .client("ject")
                .server("250 7 octets\r\n")
                .client("BDAT 8 LAST\r\n: x\r\n.\r\nQUIT\r\n")
                .server("250 taken\r\n221 bye\r\n");
        assertThat(scene.end())
                .containsSubsequence(
                        "C: BDAT 7",
                        "C: Subject",
                        "C: [the chunk; 7 bytes of the mail so far]",
                        "C: BDAT 8 LAST",
                        "C: : x",
                        "C: .",
                        "C: [the chunk; 15 bytes of the mail so far]",
                        "C: QUIT");
        assertThat(scene.messages.getFirst()).isEqualTo("Subject: x\r\n.\r\n");
        assertThat(scene.mails.getFirst().from()).isEmpty();
    }

    /** RFC 3030 section 4.2: all of it in one go, before the server says anything; and another mail behind it. */
    @Test
    void pipelinedChunksKeepTheirEnvelopes() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("EHLO c\r\n")
                .server("250-PIPELINING\r\n250 CHUNKING\r\n")
                .client("MAIL FROM:<a@c>\r\nRCPT TO:<b@mx>\r\nBDAT 3\r\nabcBDAT 2 LAST\r\nde")
                .client("MAIL FROM:<d@c>\r\nRCPT TO:<no@mx>\r\nRCPT TO:<e@mx>\r\nBDAT 1 LAST\r\nfRSET\r\n")
                .server("250 ok\r\n250 ok\r\n250 3 octets\r\n550 no\r\n")
                .server("250 ok\r\n550 no\r\n250 ok\r\n250 taken\r\n250 reset\r\n");
        scene.end();
        assertThat(scene.messages).containsExactly("abcde", "f");
        assertThat(scene.mails).extracting(Mail::from).containsExactly("a@c", "d@c");
        assertThat(scene.mails).extracting(Mail::recipients).containsExactly(List.of("b@mx"), List.of("e@mx"));
        assertThat(scene.mails).extracting(Mail::accepted).containsExactly(false, true);
        assertThat(scene.mails).extracting(Mail::complete).containsExactly(true, true);
    }

    /** Line ends stay as they were, and a line that is longer than what is read at once is one line all the same. */
    @Test
    void mailsAreKeptByteByByte() {
        String piece = "x".repeat(20_000);
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("MAIL FROM:<a@c>\r\nRCPT TO:<b@mx>\r\nDATA\r\n")
                .server("250 ok\r\n250 ok\r\n354 go\r\n")
                .client("bare\nreturn\rin it\r\n..dot\r\n")
                .client(piece)
                .client(".\r")
                .client("\n" + piece)
                .client("..y\r\n\r\n.\r\n")
                .server("250 ok\r\n");
        scene.end();
        assertThat(scene.messages)
                .containsExactly("bare\nreturn\rin it\r\n.dot\r\n" + piece + ".\r\n" + piece + "..y\r\n\r\n");
        assertThat(scene.mails.getFirst().size())
                .isEqualTo(scene.messages.getFirst().length());
    }

    /** However the packets cut it: dots at the beginning of lines, alone, doubled, and line feeds that are bare. */
    @Test
    void howPacketsCutAMailIsOfNoConsequence() {
        byte[] sent = Scene.bytes(
                "a\r\n..\r\n\r\n\n.b\n...c.\r\n x.\r\n", new byte[] {(byte) 0xff, '.'}, "\r\n.\r\nquit\r\n");
        String mail = "a\r\n.\r\n\r\n\nb\n..c.\r\n x.\r\n\u00ff.\r\n";
        for (int first = 0; first <= sent.length; first++) {
            for (int second = first; second <= sent.length; second++) {
                Scene scene = inData().client(Arrays.copyOfRange(sent, 0, first))
                        .client(Arrays.copyOfRange(sent, first, second))
                        .client(Arrays.copyOfRange(sent, second, sent.length))
                        .server("250 taken\r\n221 bye\r\n");
                assertThat(scene.end()).endsWith("C: .", "C: quit", "S: 250 taken", "S: 221 bye");
                assertThat(scene.messages).containsExactly(mail);
                assertThat(scene.mails.getFirst().size()).isEqualTo(mail.length());
                assertThat(scene.mails.getFirst().accepted()).isTrue();
            }
        }
    }

    /** RFC 5321 section 2.4: verbs in either case; a word that only begins like one is none. */
    @Test
    void verbsAreWholeWordsInEitherCase() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("ehlo c\r\n")
                .server("250 mx\r\n")
                .client("mail FROM:<a@c>\r\nRcpt TO:<b@mx>\r\nRCPTS TO:<no@mx>\r\ndatas\r\nDATA \r\n")
                .server("250 ok\r\n250 ok\r\n250 odd\r\n354 odd\r\n354 go\r\n")
                .client("x\r\n.\r\n")
                .server("250 taken\r\n");
        scene.end();
        assertThat(scene.messages).containsExactly("x\r\n");
        assertThat(scene.mails.getFirst().from()).isEqualTo("a@c");
        assertThat(scene.mails.getFirst().recipients()).containsExactly("b@mx");
    }

    /** RFC 5321 section 4.1.1.4; what follows the dot is a second mail for a server that answers it (SMTP smuggling). */
    @Test
    void aLoneDotWithABareLineFeedEndsAMailWhereTheServerAnswersIt() {
        String smuggled = "one\r\n\n.\r\nMAIL FROM:<evil@c>\r\nRCPT TO:<b@mx>\r\nDATA\r\n";
        Scene taken = inData().client(smuggled)
                .server("250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n")
                .client("two\r\n.\r\n")
                .server("250 second\r\n");
        assertThat(taken.end()).anyMatch(text -> text.startsWith("-- the lone dot has a bare line feed"));
        assertThat(taken.messages).containsExactly("one\r\n\n", "two\r\n");
        assertThat(taken.mails).extracting(Mail::from).containsExactly("a@c", "evil@c");
        assertThat(taken.mails.getFirst().accepted()).isTrue();
        assertThat(taken.told).contains("C: MAIL FROM:<evil@c>");

        Scene passed = inData().client(smuggled).client("two\r\n.\r\n").server("250 all of it\r\n");
        assertThat(passed.end()).anyMatch(text -> text.startsWith("-- a lone dot with a bare line feed"));
        assertThat(passed.messages)
                .containsExactly("one\r\n\n.\r\nMAIL FROM:<evil@c>\r\nRCPT TO:<b@mx>\r\nDATA\r\ntwo\r\n");
        assertThat(passed.mails).extracting(Mail::from).containsExactly("a@c");
    }

    @Test
    void aClientThatSpeaksBareLineFeedsAloneIsUnderstoodAsItsServerDid() {
        Scene scene = inData().client("one\n.\n")
                .server("250 ok\r\n")
                .client("QUIT\n")
                .server("221 bye\r\n");
        assertThat(scene.end()).contains("C: .", "S: 250 ok", "C: QUIT");
        assertThat(scene.messages).containsExactly("one\n");
        assertThat(scene.mails.getFirst().complete()).isTrue();

        Scene unanswered = inData().client("one\n.\n");
        unanswered.end();
        assertThat(unanswered.messages).containsExactly("one\n.\n");
        assertThat(unanswered.mails.getFirst().complete()).isFalse();
    }

    private static Scene inData() {
        return new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("MAIL FROM:<a@c>\r\nRCPT TO:<b@mx>\r\nDATA\r\n")
                .server("250 ok\r\n250 ok\r\n354 go\r\n");
    }

    /** The client breaks a mail in chunks off, and the capture ends inside another. */
    @Test
    void mailsWithoutAnEndAreIncomplete() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("MAIL FROM:<a@c>\r\nRCPT TO:<b@mx>\r\nBDAT 3\r\nabc")
                .server("250 ok\r\n250 ok\r\n250 3 octets\r\n")
                .client("RSET\r\nMAIL FROM:<d@c>\r\nRCPT TO:<e@mx>\r\nDATA\r\n")
                .server("250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n")
                .client("one\r\ntw");
        scene.end();
        assertThat(scene.messages).containsExactly("abc", "one\r\ntw");
        assertThat(scene.mails).extracting(Mail::from).containsExactly("a@c", "d@c");
        assertThat(scene.mails).extracting(Mail::complete).containsExactly(false, false);
        assertThat(scene.mails).extracting(Mail::accepted).containsExactly(false, false);
    }

    /** RFC 4616, RFC 4954; user tim, password tanstaaftanstaaf: the example of RFC 4616 section 4. */
    @Test
    void loginsAreReadAndMasked() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n")
                .server("535 no\r\n")
                .client("AUTH LOGIN\r\n")
                .server("334 VXNlcm5hbWU6\r\n")
                .client("dGlt\r\n")
                .server("334 UGFzc3dvcmQ6\r\n")
                .client("dGFuc3RhYWY=\r\n")
                .server("235 in\r\n")
                .client("NOOP\r\n");
        assertThat(scene.end())
                .containsExactly(
                        "S: 220 mx ESMTP",
                        "C: AUTH PLAIN ********   [user tim, password ********]",
                        "S: 535 no",
                        "C: AUTH LOGIN",
                        "S: 334 VXNlcm5hbWU6",
                        "C: ********",
                        "S: 334 UGFzc3dvcmQ6",
                        "C: ********",
                        "S: 235 in",
                        "C: NOOP");
    }

    @Test
    void secretsAreShownWhenAskedFor() {
        assertThat(new Scene(true)
                        .server("220 mx ESMTP\r\n")
                        .client("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n")
                        .end())
                .contains("C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm   [user tim, password tanstaaftanstaaf]");
    }

    /** Only the client's direction is in the capture: nothing says that the next line answers a challenge. */
    @Test
    void oneDirectionAloneShowsNoPasswordAndKeepsTheMail() {
        Scene scene = new Scene(false)
                .client("EHLO c\r\nAUTH LOGIN\r\ndGlt\r\ndGFuc3RhYWY=\r\n")
                .client("MAIL FROM:<a@c>\r\nRCPT TO:<b@mx>\r\nDATA\r\n")
                .client("NOOP is text here\r\n.\r\nQUIT\r\n");
        assertThat(scene.end())
                .containsExactly(
                        "C: EHLO c",
                        "C: AUTH LOGIN",
                        "C: ********",
                        "C: ********",
                        "C: MAIL FROM:<a@c>",
                        "C: RCPT TO:<b@mx>",
                        "C: DATA",
                        "C: NOOP is text here",
                        "C: .",
                        "C: QUIT");
        assertThat(scene.mails).hasSize(1);
        assertThat(scene.mails.getFirst().recipients()).containsExactly("b@mx");
        assertThat(scene.messages.getFirst()).isEqualTo("NOOP is text here\r\n");
        assertThat(scene.mails.getFirst().accepted()).isFalse();
    }

    /** A mail with a hole is said to have one. */
    @Test
    void missingBytesMakeAMailIncomplete() {
        Scene scene = new Scene(false)
                .server("220 mx ESMTP\r\n")
                .client("MAIL FROM:<a@c>\r\nRCPT TO:<b@mx>\r\nDATA\r\n")
                .server("250 ok\r\n250 ok\r\n354 go\r\n")
                .client("one\r\ntw")
                .missing(Side.CLIENT, 1448)
                .client("hree\r\n.\r\n")
                .server("250 ok\r\n");
        scene.end();
        assertThat(scene.mails.getFirst().complete()).isFalse();
    }

    /** RFC 9051 section 4.3: literals are counted, whatever stands in them. */
    @Test
    void imapLiteralsAndLogins() {
        Scene scene = new Scene(false)
                .server("* OK IMAP4rev1\r\n")
                .client("a LOGIN \"al ice\" \"se cret\"\r\n")
                .server("a NO wrong\r\n")
                .client("b LOGIN {5}\r\n")
                .server("+ go\r\n")
                .client("alice {6}\r\n")
                .server("+ go\r\n")
                .client("secret\r\n")
                .server("b OK in\r\n")
                .client("c AUTHENTICATE PLAIN\r\n")
                .server("+ \r\n")
                .client("AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n")
                .server("c OK in\r\n")
                .client("d FETCH 1 BODY[]\r\n")
                .server("* 1 FETCH (BODY[] {10}\r\na OK\r\n {9")
                .server("})\r\n")
                .server("d OK done\r\n");
        assertThat(scene.end())
                .containsExactly(
                        "S: * OK IMAP4rev1",
                        "C: a LOGIN \"al ice\" ********",
                        "S: a NO wrong",
                        "C: b LOGIN {5}",
                        "S: + go",
                        "C: ********",
                        "C:  {6}",
                        "S: + go",
                        "C: ********",
                        "C: ",
                        "S: b OK in",
                        "C: c AUTHENTICATE PLAIN",
                        "S: + ",
                        "C: ********   [user tim, password ********]",
                        "S: c OK in",
                        "C: d FETCH 1 BODY[]",
                        "S: * 1 FETCH (BODY[] {10}",
                        "S: a OK",
                        "S:  {9}",
                        "S: )",
                        "S: d OK done");
    }

    /** RFC 1939, RFC 5034. */
    @Test
    void popPasswordsAndDigestsAreMasked() {
        Scene scene = new Scene(false)
                .server("+OK POP3 <1.2@mx>\r\n")
                .client("USER alice\r\n")
                .server("+OK\r\n")
                .client("PASS se cret\r\n")
                .server("-ERR\r\n")
                .client("APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n")
                .server("-ERR\r\n")
                .client("AUTH PLAIN\r\n")
                .server("+ \r\n")
                .client("AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n")
                .server("+OK in\r\n")
                .client("QUIT\r\n");
        assertThat(scene.end())
                .contains(
                        "C: USER alice",
                        "C: PASS ********",
                        "C: APOP alice ********",
                        "C: ********   [user tim, password ********]",
                        "C: QUIT");
        assertThat(scene.protocol()).isEqualTo(Protocol.POP3);
    }

    @Test
    void passwordsOfUnknownProtocolsAreMaskedWhereTheyLookLikeIt() {
        assertThat(new Scene(false)
                        .server("220 FTP ready\r\n")
                        .client("USER alice\r\nPASS secret\r\n")
                        .end())
                .contains("C: PASS ********");
    }
}
