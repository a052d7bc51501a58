package org.hikyaku.policy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever bytes come: the parsers answer, or throw their own exception with a sentence. */
class PolicyFuzzTest {

    @FuzzTest
    void policy(byte[] body) {
        try {
            StsPolicy policy = StsPolicyParser.parse(body).policy();
            if (policy.maxAge().isNegative() || policy.maxAge().toSeconds() > StsPolicyParser.MAX_AGE) {
                throw new AssertionError("life out of range: " + policy);
            }
            if (policy.mx().isEmpty() && policy.mode() != StsPolicy.Mode.NONE) {
                throw new AssertionError("no mx: " + policy);
            }
        } catch (StsFormatException e) {
            sentence(e.sentence());
        }
    }

    @FuzzTest
    void plans(byte[] bytes) {
        try {
            PlanFile file = PlanFile.parse(new String(bytes, StandardCharsets.UTF_8));
            if (!PlanFile.parse(file.toJson()).equals(file)) {
                throw new AssertionError("reads back differently: " + file);
            }
        } catch (PlanFormatException e) {
            if (e.clause().isBlank()) {
                throw new AssertionError("no clause", e);
            }
        }
    }

    @FuzzTest
    void records(FuzzedDataProvider data) {
        boolean version = data.consumeBoolean();
        boolean sts = data.consumeBoolean();
        String rest = new String(data.consumeRemainingAsBytes(), StandardCharsets.ISO_8859_1);
        if (sts) {
            if (StsRecord.read(List.of((version ? "v=STSv1;" : "") + rest)) instanceof StsRecord.Reading.Found found
                    && !found.record().id().matches("[A-Za-z0-9]{1,32}")) {
                throw new AssertionError(found.toString());
            }
        } else {
            if (TlsRptRecord.read(List.of((version ? "v=TLSRPTv1;" : "") + rest))
                            instanceof TlsRptRecord.Reading.Found found
                    && found.record().rua().isEmpty()) {
                throw new AssertionError(found.toString());
            }
        }
    }

    @FuzzTest
    void tlsa(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            TlsaRecord record = TlsaRecord.parse(text);
            if (!TlsaRecord.parse(record.toString()).equals(record)) {
                throw new AssertionError("reads back differently: " + record);
            }
            record.unusable().ifPresent(PolicyFuzzTest::sentence);
        } catch (TlsaFormatException e) {
            sentence(e.sentence());
        }
    }

    /** Association data as it comes from the network. */
    @FuzzTest
    void tlsaData(FuzzedDataProvider data) {
        int usage = data.consumeInt(0, 255);
        int selector = data.consumeInt(0, 255);
        int matchingType = data.consumeInt(0, 255);
        new TlsaRecord(usage, selector, matchingType, data.consumeRemainingAsBytes()).unusable();
    }

    private static void sentence(String text) {
        if (text.isEmpty() || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new AssertionError("not a sentence: " + text);
        }
    }
}
