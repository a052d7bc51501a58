package org.hikyaku.relay.queue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settlements that could not be written yet: the latest of each parcel. Guarded by the queue's lock. */
final class UnwrittenStates {
    /** By mail, then by the parcel's ordinal; no inner map is empty. */
    private final Map<Long, Map<Integer, ParcelState>> byMail = new HashMap<>();

    void put(ParcelState state) {
        byMail.computeIfAbsent(state.id(), _ -> new HashMap<>()).put(state.ordinal(), state);
    }

    Optional<ParcelState> of(long id, int ordinal) {
        return Optional.ofNullable(byMail.get(id)).flatMap(states -> Optional.ofNullable(states.get(ordinal)));
    }

    List<ParcelState> all() {
        return byMail.values().stream()
                .flatMap(states -> states.values().stream())
                .toList();
    }

    void remove(long id, int ordinal) {
        Map<Integer, ParcelState> states = byMail.get(id);
        if (states != null) {
            states.remove(ordinal);
            if (states.isEmpty()) {
                byMail.remove(id);
            }
        }
    }

    /** The mail is gone. */
    void forget(long id) {
        byMail.remove(id);
    }
}
