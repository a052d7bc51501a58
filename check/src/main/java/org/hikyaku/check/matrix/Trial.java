package org.hikyaku.check.matrix;

import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;

/**
 * One thing that happens at one MX host, and what the judgement of it is.
 *
 * @param outcome what the sender sees
 * @param move how the sender came there
 */
record Trial(SessionOutcome outcome, Verdict verdict, Move move) {

    /** How the sender came before the session that is judged. */
    enum Move {
        /** By true DNS answers. */
        NONE,
        /** By a forged MX answer. */
        OTHER_MX,
        /** By forged addresses. */
        OTHER_ADDRESS
    }
}
