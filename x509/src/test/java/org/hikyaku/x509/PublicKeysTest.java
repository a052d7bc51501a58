package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublicKeysTest {

    @ParameterizedTest
    @EnumSource(
            value = KeyChoice.class,
            names = {"RSA_512", "RSA_4096", "RSA_3072", "RSA_1024"},
            mode = EnumSource.Mode.EXCLUDE)
    void thePublicHalfIsTheOneThatWasMadeWithIt(KeyChoice choice) throws Exception {
        KeyPair pair = CertificateMaker.seeded("k").key(choice);
        assertThat(PublicKeys.of(Pem.privateKey(Pem.encode(pair.getPrivate()))))
                .isEqualTo(pair.getPublic().getEncoded());
    }
}
