package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class BadRecordExceptionTest {
    @Test
    void itHasItsSentenceAndItsCauseButNoTrace() {
        IOException cause = new IOException("tag");
        BadRecordException e = new BadRecordException("record 7 does not verify", cause);
        assertThat(e).hasMessage("record 7 does not verify").hasCause(cause);
        assertThat(e.getStackTrace()).isEmpty();
    }
}
