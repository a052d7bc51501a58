package org.hikyaku.tlsrpt.receive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Whatever bytes come as a mail: something found, or a sentence. */
class IntakeFuzzTest {

    @FuzzTest
    void mail(byte[] bytes) {
        try {
            var _ = ReportMailReader.read(bytes);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("no sentence", e);
            }
        }
    }
}
