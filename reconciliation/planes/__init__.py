"""What is done with payments over all planes: matching them, and recognising what the matchers accept."""
