from gateway.session import COOKIE, new_token, token_in, user_of, with_token


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}  # 256 bits.


def test_the_citizens_name_does_not_tell_the_token() -> None:
    token = new_token()

    assert token not in user_of(token)
    assert user_of(token) == user_of(token)
    assert user_of(token) != user_of(new_token())


def test_a_new_token_is_read_back_whatever_cookies_were_there() -> None:
    token = new_token()

    headers = with_token({"cookie": f"{COOKIE}=old; theme=dark", "host": "x"}, token)

    assert token_in(headers) == token
    assert headers["host"] == "x"
