"""`metrone serve`: runs the server."""

import click

from metrone.cli.options import data_dir_option, read_config, sentences


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on. Default: METRONE_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. Default: METRONE_PORT, else 8000.")
@data_dir_option
@click.option("--public-url", metavar="URL", help="The address that users see, such as https://data.example.com.")
@click.option("--first-project", is_flag=True, help='Create the project "My website" where there is none yet.')
def command(
    host: str | None, port: int | None, data_dir: str | None, public_url: str | None, first_project: bool
) -> None:
    """Run the server until it is told to stop."""
    config = read_config(host=host, port=port, data_dir=data_dir, public_url=public_url)
    # Here and not at the top: the server's libraries take a second to load, which `serve --help` need not wait for.
    from metrone.app import serve

    with sentences():
        serve(config, first_project=first_project)
