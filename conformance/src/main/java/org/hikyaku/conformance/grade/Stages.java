package org.hikyaku.conformance.grade;

import java.util.Collection;
import java.util.List;
import org.hikyaku.conformance.serve.Sighting;

/**
 * What was seen in a run, cut where the lab moved on. What a sender remembers shows in its second mail to a domain, and only
 * there where it learned something from the first.
 *
 * @param whole all of it
 * @param first before the lab moved on
 * @param changed after that, until the sender was restarted
 * @param restarted after that
 */
record Stages(Evidence whole, Evidence first, Evidence changed, Evidence restarted) {

    /** @param given as in {@link Evidence} */
    static Stages of(List<Sighting> sightings, Collection<String> given) {
        int moved = sightings.size();
        int again = sightings.size();
        for (int i = sightings.size() - 1; i >= 0; i--) {
            if (sightings.get(i) instanceof Sighting.MovedOn on) {
                if (on.restarted()) {
                    again = i;
                } else {
                    moved = i;
                }
            }
        }
        return new Stages(
                new Evidence(sightings, given),
                new Evidence(sightings.subList(0, moved), given),
                new Evidence(sightings.subList(Math.min(moved, again), again), given),
                new Evidence(sightings.subList(again, sightings.size()), given));
    }

    /** What the mail of a case is judged by. */
    Evidence of(Probe probe) {
        return switch (probe) {
            case LATER -> changed;
            case RESTARTED -> restarted;
            case ORDINARY, REQUIRE_TLS, TLS_OPTIONAL -> whole;
        };
    }

    /** Whether the sender can remember what the case is about: whoever never fetched a policy has none to keep. */
    boolean knew(Case c) {
        return switch (c.probe()) {
            case LATER, RESTARTED ->
                !c.needs().contains(Area.MTA_STS) || !first.fetches(c.domain()).isEmpty();
            case ORDINARY, REQUIRE_TLS, TLS_OPTIONAL -> true;
        };
    }
}
