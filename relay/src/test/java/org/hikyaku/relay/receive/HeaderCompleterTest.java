package org.hikyaku.relay.receive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6409 sections 8.2 and 8.3. Line ends are written as /. */
class HeaderCompleterTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Subject: x//body/ ; Subject: x/Date: D/Message-ID: <I>//body/",
                "Date: now/Subject: x//body/ ; Date: now/Subject: x/Message-ID: <I>//body/",
                "MESSAGE-ID : <1>/Date:now//body/ ; MESSAGE-ID : <1>/Date:now//body/",
                "Message-ID:/ <1>/date: now//body/ ; Message-ID:/ <1>/date: now//body/",
                // what only looks like one of them
                "X-Date: 1/Dated: 2/Subject: x/ Date: 3//Date: 4/ ; X-Date: 1/Dated: 2/Subject: x/ Date: 3/Date: D/Message-ID: <I>//Date: 4/",
                // a mail that is header alone
                "Subject: x/ ; Subject: x/Date: D/Message-ID: <I>/",
                "Subject: x// ; Subject: x/Date: D/Message-ID: <I>//",
                // a mail that has none is left alone
                "Hello you/Date: x// ; Hello you/Date: x//",
                "/body/ ; Date: D/Message-ID: <I>//body/",
                "' folded/a: b//body/' ; ' folded/a: b//body/'",
                "X-A-Very-Long-Name-Of-A-Field: x//b/ ; X-A-Very-Long-Name-Of-A-Field: x/Date: D/Message-ID: <I>//b/",
            })
    void whatIsMissingGoesToTheEndOfTheHeader(String given, String expected) throws IOException {
        byte[] mail = given.replace("/", "\r\n").getBytes(US_ASCII);
        for (int piece : new int[] {1, 3, 7, mail.length}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            HeaderCompleter completer = new HeaderCompleter(out, "D", "<I>");
            for (int i = 0; i < mail.length; i += piece) {
                completer.write(mail, i, Math.min(piece, mail.length - i));
            }
            completer.end();
            assertThat(out.toString(US_ASCII).replace("\r\n", "/"))
                    .as("in pieces of %d", piece)
                    .isEqualTo(expected);
        }
    }
}
