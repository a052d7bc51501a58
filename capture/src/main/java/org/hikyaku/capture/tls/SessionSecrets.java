package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.function.BiConsumer;

/** What is known of one session. Lines of a key log may still come while another thread reads. */
interface SessionSecrets {

    /** One that may have to be waited for: its line may come while a log is read. */
    Optional<Secret> get(SecretLabel label);

    /** One that is there by now: whoever needs it asks {@link #get}. */
    Optional<Secret> present(SecretLabel label);

    /** All that there are. */
    void forEach(BiConsumer<SecretLabel, Secret> taker);
}
