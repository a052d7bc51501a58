package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.function.BiConsumer;

/** What is known of one session. Lines of a key log may still come while another thread reads. */
interface SessionSecrets {

    Optional<Secret> get(SecretLabel label);

    /** All that there are. */
    void forEach(BiConsumer<SecretLabel, Secret> taker);
}
