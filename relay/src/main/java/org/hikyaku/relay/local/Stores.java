package org.hikyaku.relay.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.delivery.Fate;
import org.hikyaku.relay.local.LocalDelivery.Box;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;

/** The two kinds of stores. */
final class Stores {
    private Stores() {}

    static LocalDelivery.Store maildirs(Maildirs maildirs) {
        return (mail, boxes) -> {
            List<Fate> fates = new ArrayList<>();
            for (Box box : boxes) {
                try {
                    maildirs.deliver(
                            box.mailbox(),
                            new Maildirs.Delivery(
                                    mail.queueId(),
                                    mail.received(),
                                    mail.envelope()
                                            .sender()
                                            .map(Mailbox::toString)
                                            .orElse(""),
                                    box.original().address(),
                                    mail.body()),
                            mail.content());
                    fates.add(LocalDelivery.delivered("In the mailbox " + box.mailbox() + ".", Optional.empty()));
                } catch (IOException e) {
                    fates.add(LocalDelivery.deferred("The mailbox " + box.mailbox() + " cannot be written: " + why(e)));
                }
            }
            return fates;
        };
    }

    static LocalDelivery.Store lmtp(LmtpClient client, InetSocketAddress server) {
        return (mail, boxes) -> {
            try {
                List<Reply> replies = client.deliver(new LmtpClient.Delivery(
                        mail.envelope().sender(),
                        boxes.stream().map(b -> b.original().address()).toList(),
                        mail.body(),
                        mail.smtpUtf8(),
                        mail.content()));
                return replies.stream().map(r -> LocalDelivery.of(r, server)).toList();
            } catch (IOException e) {
                return boxes.stream()
                        .map(_ -> LocalDelivery.deferred("The mail store did not take the mail: " + why(e)))
                        .toList();
            }
        };
    }

    private static String why(IOException e) {
        String what = String.valueOf(e.getMessage());
        return switch (e) {
            case AccessDeniedException _ -> "the user " + System.getProperty("user.name") + " may not write " + what;
            case NoSuchFileException _ -> "there is no " + what;
            case FileSystemException trouble
            when trouble.getReason() == null -> e.getClass().getSimpleName().replace("Exception", "") + " " + what;
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : what;
        };
    }
}
