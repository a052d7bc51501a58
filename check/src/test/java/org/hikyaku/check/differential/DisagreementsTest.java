package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The list itself: every disagreement has a reason and is of a comparison that is made. */
class DisagreementsTest {

    @Test
    void everyOneHasAReasonAndIsCompared() throws Exception {
        assertThat(Disagreements.all()).isNotEmpty().allSatisfy(d -> {
            assertThat(d.reason()).as("reason of %s", d).hasSizeGreaterThan(20);
            List<String> servers =
                    d.tool().equals("sslscan") ? SslscanDifferentialTest.SERVERS : TestsslDifferentialTest.SERVERS;
            assertThat(servers).as("servers of %s", d.tool()).contains(d.server());
        });
    }
}
