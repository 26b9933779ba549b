describe('user', () => {
  it('todo');
});
