"""Delivery status notifications as mail servers write them (RFC 3464)."""


def report(
    message_id: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    own_id: str = "<report.1@mx.gov.vn>",
    whole: bool = True,
) -> bytes:
    """`whole`: the letter itself comes back, not only its headers."""
    media_type = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""From: MAILER-DAEMON@mx.gov.vn
To: tra-lai@tinh.gov.vn
Message-ID: {own_id}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Không gửi được thư cho <nguyenvanmau@sotuphap.gov.vn>: no such user.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.gov.vn

Final-Recipient: rfc822; nguyenvanmau@sotuphap.gov.vn
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <nguyenvanmau@sotuphap.gov.vn>: unknown

--b
Content-Type: {media_type}

Message-ID: {message_id}
From: mot-cua@tinh.gov.vn
Subject: x

x
--b--
""".replace("\n", "\r\n").encode()
