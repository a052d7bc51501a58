package org.hikyaku.dns;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/** How far the chain of trust reaches towards a name. */
sealed interface ZoneTrust {

    /** Until when this may be remembered, milliseconds since 1970. */
    long expiresAt();

    /**
     * A signed zone whose keys are verified.
     *
     * @param parent the zone whose DS vouches for it; none for one with a trust anchor
     * @param link its line in the proof, without the signatures of an answer
     * @param byParent signatures of the parent over its DS
     * @param thanksToSkew whether the DS or the keys are good only thanks to the tolerance
     */
    record Trusted(
            Name zone,
            List<ZoneKey> keys,
            Optional<Trusted> parent,
            Proof.Link link,
            List<Proof.Signature> byParent,
            boolean thanksToSkew,
            long expiresAt)
            implements ZoneTrust {}

    /** From this name on nothing is signed, or nothing that counts; proved by the parent. */
    record Unsigned(
            Name zone,
            Optional<Trusted> parent,
            Proof.Link link,
            List<Proof.Signature> byParent,
            boolean thanksToSkew,
            long expiresAt)
            implements ZoneTrust {}

    /** The chain breaks here. */
    record Broken(
            Name zone,
            Optional<Trusted> parent,
            Proof.Link link,
            List<Proof.Signature> byParent,
            BogusReason reason,
            long expiresAt)
            implements ZoneTrust {}

    /** Not the apex of a zone: the name belongs to the enclosing one. */
    record Within(Trusted enclosing, boolean nameExists, long expiresAt) implements ZoneTrust {}
}
