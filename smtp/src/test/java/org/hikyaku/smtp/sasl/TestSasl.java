package org.hikyaku.smtp.sasl;

import java.security.SecureRandom;
import java.util.Optional;
import org.hikyaku.tls.ChannelBinding;

/** Clients for the tests of other packages. */
public final class TestSasl {
    private TestSasl() {}

    public static SaslClient scram(
            SaslMechanism mechanism,
            Credentials credentials,
            Optional<ChannelBinding> binding,
            boolean serverLacksBinding,
            SecureRandom random) {
        return new ScramClient(mechanism, credentials, binding, serverLacksBinding, random);
    }
}
