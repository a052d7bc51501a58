package org.hikyaku.smtp.sasl;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** Whatever a server says in SCRAM, the client answers or throws its own error; it never takes nonsense for a yes. */
class ScramClientFuzzTest {

    @FuzzTest(maxDuration = "30s")
    void serverMessages(FuzzedDataProvider data) throws SaslException {
        ScramClient client = new ScramClient(
                SaslMechanism.SCRAM_SHA_256,
                Credentials.password("user", Secret.of("pencil".toCharArray())),
                Optional.empty(),
                false,
                "N");
        client.first();
        try {
            // Few rounds, or a run of the fuzzer is spent on hashing.
            String message = data.consumeString(200).replaceAll("i=[0-9]+", "i=1");
            client.answer(message.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            client.answer(data.consumeRemainingAsBytes());
        } catch (SaslException e) {
            return;
        }
        throw new AssertionError("a signature was found by guessing");
    }
}
