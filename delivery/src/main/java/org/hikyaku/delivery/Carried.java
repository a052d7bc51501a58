package org.hikyaku.delivery;

import java.util.List;

/** What came of bringing a consignment to a carrier. */
public sealed interface Carried {

    /**
     * It was tried.
     *
     * @param results one for each recipient, in the envelope's order
     */
    record Tried(List<RecipientResult> results) implements Carried {
        public Tried {
            results = List.copyOf(results);
        }
    }

    /** Too many wait for the same next host already: nothing was tried, and it is to be brought again later. */
    record NoPlace() implements Carried {
        @Override
        public List<RecipientResult> results() {
            return List.of();
        }
    }

    /** What became of each recipient; nothing where nothing was tried. */
    List<RecipientResult> results();
}
