"""What there is: the app, people, channels, files, tickets and the rules of the house, in one `Workspace`."""
