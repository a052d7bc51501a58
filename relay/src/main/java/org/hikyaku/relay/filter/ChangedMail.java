package org.hikyaku.relay.filter;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.Sender;

/** A mail as a filter wants it to be. For one use. */
final class ChangedMail {
    private final Verdict.Take wanted;
    private final FilteredSink.Options options;
    private IncomingMail mail;
    private Optional<Spool> body = Optional.empty();
    private boolean lastCr;
    private int lastByte = -1;
    private long written;

    ChangedMail(IncomingMail mail, Verdict.Take wanted, FilteredSink.Options options) {
        this.mail = mail;
        this.wanted = wanted;
        this.options = options;
    }

    /** The envelope, once the content is written. */
    IncomingMail mail() {
        return mail;
    }

    void write(Spool before, Spool after) throws IOException {
        try {
            changed(before, after);
        } finally {
            if (body.isPresent()) {
                body.get().close();
            }
        }
    }

    private void changed(Spool before, Spool after) throws IOException {
        InputStream from = before.open();
        HeaderFields header = HeaderFields.read(from);
        for (Change change : wanted.changes()) {
            apply(change, header);
        }
        if (body.isPresent()) {
            endLine(body.get());
            header.write(after, true);
            body.get().open().transferTo(after);
        } else {
            from.mark(1);
            boolean follows = from.read() >= 0;
            from.reset();
            header.write(after, follows);
            from.transferTo(after);
        }
    }

    private void apply(Change change, HeaderFields header) throws IOException {
        switch (change) {
            case Change.AddField add -> header.add(add.name(), add.value(), wanted.blank());
            case Change.InsertField in -> header.insert(in.place(), in.name(), in.value(), wanted.blank());
            case Change.ChangeField other -> header.change(other.which(), other.name(), other.value(), wanted.blank());
            case Change.ReplaceBody piece -> replace(piece.piece());
            case Change.AddRecipient add ->
                mail = with(new Envelope.Recipient(add.address(), Optional.empty(), Optional.empty()));
            case Change.RemoveRecipient remove -> mail = without(remove.address());
            case Change.ChangeSender other -> mail = new IncomingMail(sender(other.address()), mail.recipients());
        }
    }

    /** Line ends are strict from here on, whatever the filter sends. */
    private void replace(byte[] piece) throws IOException {
        if (body.isEmpty()) {
            body = Optional.of(new Spool(options.folder(), options.keepFree()));
        }
        written += piece.length;
        if (written > options.largest()) {
            throw new FilterException(
                    "it puts a body of more than " + options.largest() + " bytes in the place of" + " another");
        }
        Spool out = body.get();
        for (byte b : piece) {
            if (b == '\n' && !lastCr) {
                out.write('\r');
            } else if (lastCr && b != '\n') {
                out.write('\n');
            }
            out.write(b);
            lastCr = b == '\r';
            lastByte = b & 0xff;
        }
    }

    private void endLine(Spool out) throws IOException {
        if (lastCr) {
            out.write('\n');
        } else if (lastByte != '\n' && lastByte >= 0) {
            out.write('\r');
            out.write('\n');
        }
    }

    private IncomingMail with(Envelope.Recipient recipient) {
        List<Envelope.Recipient> all = new ArrayList<>(mail.recipients());
        all.add(recipient);
        return new IncomingMail(mail.sender(), all);
    }

    private IncomingMail without(Mailbox address) throws FilterException {
        List<Envelope.Recipient> rest = mail.recipients().stream()
                .filter(r -> !r.address().toString().equalsIgnoreCase(address.toString()))
                .toList();
        if (rest.isEmpty()) {
            throw new FilterException("it takes out the last recipient; to drop a mail it would say so");
        }
        return new IncomingMail(mail.sender(), rest);
    }

    private Sender sender(Optional<Mailbox> address) {
        Sender old = mail.sender();
        return new Sender(address, old.size(), old.body(), old.smtpUtf8(), old.returned(), old.id(), old.requireTls());
    }
}
