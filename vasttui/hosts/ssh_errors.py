"""Why an SSH connection failed, and the way out. Imported only by the ssh transport."""

import os
import socket

import asyncssh

from vasttui.hosts.hostkeys import HostKeys
from vasttui.hosts.protocol import UnreachableError
from vasttui.hosts.resolve import Destination
from vasttui.hosts.ssh_settings import Settings, identity_files, shown

CONNECT_S = 10.0


def explain(
    error: Exception,
    destination: Destination,
    settings: Settings,
    keys: HostKeys,
) -> UnreachableError:
    """The cause of a failed connection, and the way out."""
    name = shown(destination)
    where = f"{settings.host}:{settings.port}"
    at = name if name.endswith(where) else f"{name} ({where})"
    if isinstance(error, asyncssh.HostKeyNotVerifiable) and "revoked" in str(error):
        return UnreachableError(f"{name}: its host key is marked as revoked", "do not use this machine")
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return keys.refusal(name)
    if isinstance(error, asyncssh.KeyExchangeFailed) and keys.knows:
        return keys.refusal(name)
    if isinstance(error, asyncssh.PermissionDenied):
        return UnreachableError(
            f"{name}: the login as {settings.username} was refused; tried {_tried(settings)}",
            "add the public key to the host's ~/.ssh/authorized_keys (or to the provider's account), "
            "or load its private key with ssh-add",
        )
    if isinstance(error, socket.gaierror):
        return UnreachableError(
            f"{name}: no host of that name", "it is neither in ~/.ssh/config nor in DNS: check the spelling"
        )
    if isinstance(error, TimeoutError):
        return UnreachableError(
            f"{at}: no answer within {CONNECT_S:g} s", "is the machine running, and the port the right one?"
        )
    if isinstance(error, ConnectionRefusedError) or "refused" in str(error).lower():
        return UnreachableError(
            f"{at}: connection refused",
            "nothing listens there: is the machine up, and the port the right one?",
        )
    return UnreachableError(f"{at}: {reason(error)}")


def reason(error: Exception) -> str:
    """An error's text in one bounded line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0][:200]


def _tried(settings: Settings) -> str:
    files: list[str] = []
    for path in identity_files(settings):
        try:
            asyncssh.read_private_key(path)
            files.append(str(path))
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError) as error:
            files.append(f"{path} ({'locked' if 'passphrase' in str(error).lower() else 'unreadable'})")
    agent = "the agent's keys" if os.environ.get("SSH_AUTH_SOCK") else "no agent"
    return f"{', '.join(files) or 'no key files'} and {agent}"
