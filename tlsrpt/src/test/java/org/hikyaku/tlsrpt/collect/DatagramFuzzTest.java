package org.hikyaku.tlsrpt.collect;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.hikyaku.tlsrpt.PolicyResult;

/** Whatever any local process sends: counted, or dropped with a sentence. */
class DatagramFuzzTest {

    @FuzzTest
    void datagrams(byte[] bytes) {
        try {
            Datagram datagram = DatagramReader.read(bytes);
            if (datagram.domain().isEmpty() || datagram.results().isEmpty()) {
                throw new AssertionError(datagram.toString());
            }
            for (PolicyResult result : datagram.results()) {
                if (result.successful() + result.failed() != 1
                        || result.policy().domain().isEmpty()) {
                    throw new AssertionError(result.toString());
                }
            }
        } catch (DatagramFormatException e) {
            if (e.sentence().isBlank()) {
                throw new AssertionError("no sentence", e);
            }
        }
    }
}
