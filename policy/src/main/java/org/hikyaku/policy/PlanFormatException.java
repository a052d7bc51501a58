package org.hikyaku.policy;

/** A text is no file of plans; the message says where and why, without a capital letter and full stop. */
public final class PlanFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String clause;

    public PlanFormatException(String clause) {
        super(clause);
        this.clause = clause;
    }

    /** {@code plans[2].requirement.kind is missing}. */
    public String clause() {
        return clause;
    }
}
