package org.hikyaku.relay.filter;

import java.util.List;
import org.hikyaku.smtp.Reply;

/** What a filter has decided of a mail. */
sealed interface Verdict {

    /**
     * It is taken.
     *
     * @param changes in the order that the filter asked for them
     * @param blank whether values of fields come with the blank that stands behind the colon
     */
    record Take(List<Change> changes, boolean blank) implements Verdict {
        public Take {
            changes = List.copyOf(changes);
        }
    }

    /** It is not; 4yz or 5yz. */
    record Refuse(Reply reply) implements Verdict {}

    /** It is taken, and thrown away. */
    record Discard() implements Verdict {}
}
