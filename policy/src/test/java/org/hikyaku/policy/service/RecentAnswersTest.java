package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {
    private final RecentAnswers recent = new RecentAnswers();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Optional<String> find(String request) {
        return recent.find(bytes(request), 0, request.length())
                .map(k -> new String(k.reply(), StandardCharsets.US_ASCII));
    }

    private void keep(String request, String reply) {
        recent.keep(bytes(request), 0, request.length(), new KeptAnswer(bytes(reply), 1));
    }

    /** There are 4,096 places: of 20,000 requests most have driven another out, and none is taken for another. */
    @Test
    void noRequestIsTakenForAnother() {
        int many = 20_000;
        for (int i = 0; i < many; i++) {
            keep("QUERY d" + i + ".example", "reply " + i);
        }
        int held = 0;
        for (int i = 0; i < many; i++) {
            Optional<String> found = find("QUERY d" + i + ".example");
            if (found.isPresent()) {
                held++;
                assertThat(found).contains("reply " + i);
            }
        }
        assertThat(held).isBetween(3_000, 4_096);
        assertThat(find("QUERYwithTLSRPT d" + (many - 1) + ".example")).isEmpty();
        assertThat(find("QUERY d" + (many - 1) + ".exampl")).isEmpty();
    }

    @Test
    void findsARequestAmongOtherBytes() {
        byte[] bytes = bytes("17:QUERY dom.example,17:QUERY dim.example,");
        recent.keep(bytes, 3, 17, new KeptAnswer(bytes("dom"), 1));
        recent.keep(bytes, 24, 17, new KeptAnswer(bytes("dim"), 1));
        assertThat(find("QUERY dom.example")).contains("dom");
        assertThat(find("QUERY dim.example")).contains("dim");
    }

    @Test
    void longRequestsAreNotKept() {
        keep("QUERY " + "x".repeat(295), "reply");
        assertThat(find("QUERY " + "x".repeat(295))).isEmpty();
        keep("QUERY " + "x".repeat(294), "reply");
        assertThat(find("QUERY " + "x".repeat(294))).contains("reply");
    }
}
