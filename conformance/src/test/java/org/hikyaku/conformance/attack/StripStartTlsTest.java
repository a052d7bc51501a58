package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StripStartTlsTest {

    @Test
    void takesTheOfferOut() {
        assertThat(StripStartTls.without("STARTTLS", List.of("250-mx", "250-STARTTLS", "250 SIZE")))
                .containsExactly("250-mx", "250 SIZE");
    }

    @Test
    void endsTheReplyWhereTheOfferStoodLast() {
        assertThat(StripStartTls.without("STARTTLS", List.of("250-mx", "250-SIZE", "250 starttls")))
                .containsExactly("250-mx", "250 SIZE");
    }

    @Test
    void leavesOtherOffersAlone() {
        List<String> reply = List.of("250-mx", "250-XSTARTTLS", "250 SIZE");
        assertThat(StripStartTls.without("STARTTLS", reply)).isEqualTo(reply);
    }
}
