package org.hikyaku.relay.filter;

import java.util.Optional;
import org.hikyaku.smtp.Mailbox;

/** What a filter wants to be otherwise in a mail. */
sealed interface Change {

    /** A field behind the others. */
    record AddField(String name, String value) implements Change {}

    /** A field at a place; 0 is before our own {@code Received:}, 1 behind it. */
    record InsertField(int place, String name, String value) implements Change {}

    /** The n-th field of this name, counted from 1, gets another value; an empty one takes it out. */
    record ChangeField(int which, String name, String value) implements Change {}

    record AddRecipient(Mailbox address) implements Change {}

    record RemoveRecipient(Mailbox address) implements Change {}

    /** Empty for {@code <>}. */
    record ChangeSender(Optional<Mailbox> address) implements Change {}

    /** One more piece of another body; the first piece takes the place of the old one. */
    @SuppressWarnings("ArrayRecordComponent") // as it came, and not changed
    record ReplaceBody(byte[] piece) implements Change {}
}
