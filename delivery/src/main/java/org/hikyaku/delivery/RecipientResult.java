package org.hikyaku.delivery;

import org.hikyaku.smtp.Envelope;

/** What became of one recipient. */
public record RecipientResult(Envelope.Recipient recipient, Fate fate) {}
