package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.lab.LabDomain;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** What is measured and what is derived, over all domains of the lab that take mail. */
@Tag("long")
class WholeCatalogueTest {

    /** Their mail server cannot be reached: no server, no reply to change. {@code check} speaks of an attacker who answers himself. */
    private static final Set<String> UNREACHABLE =
            Set.of("port-refused.example", "port-dropped.example", "greeting-554.example");

    /**
     * The server knows TLS 1.0 only. {@code check} speaks of senders that keep to RFC 8996 and go on in clear; the one here takes
     * old TLS rather than none where nothing is promised (D30), and who only listens cannot read that.
     */
    private static final Set<String> OLD_TLS = Set.of("tls10.example", "dane-tls10.example", "sts-tls10.example");

    /** Their policies live for ten seconds: who is attacked later than that knows none any more (S15). */
    private static final Set<String> SHORT_LIVED = Set.of("later-expired.example", "later-same-id.example");

    @Test
    void theMatrixOfCheckIsTheSame() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (LabAttack attacks = LabAttack.start(InstantSource.system())) {
            List<LabDomain> receivers = attacks.lab().catalogue().domains().stream()
                    .filter(d -> d.setup().exists() && !d.setup().hosts().isEmpty() && !attacks.ownedByAttacker(d))
                    .toList();
            List<Attack> played =
                    Attacks.all().stream().filter(a -> a.kind().isPresent()).toList();
            Map<Name, ThreatMatrix> derived = attacks.derived(receivers);
            for (LabDomain receiver : receivers) {
                MeasuredMatrix measured = new MeasuredMatrix(
                        attacks.playAll(List.of(receiver), played, List.of(Sender.values()), scene -> {}));
                measured.differencesFrom(Objects.requireNonNull(derived.get(receiver.name()))).stream()
                        .filter(d -> !explained(receiver, d.derived().attacker()))
                        .forEach(d -> wrong.add(receiver.text() + ": " + d.sentence()));
            }
            assertThat(derived.keySet())
                    .isEqualTo(receivers.stream().map(LabDomain::name).collect(Collectors.toSet()));
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean explained(LabDomain receiver, Attacker attacker) {
        return UNREACHABLE.contains(receiver.text())
                        && (attacker == Attacker.STARTTLS_STRIPPED || attacker == Attacker.HANDSHAKE_BROKEN)
                || OLD_TLS.contains(receiver.text()) && attacker == Attacker.LISTENER
                || SHORT_LIVED.contains(receiver.text());
    }
}
